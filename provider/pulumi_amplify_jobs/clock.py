"""Time as the package sees it, so that tests can hand in their own."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from .errors import InterruptedRunError


class Clock(Protocol):
    """A monotonic clock in seconds that can also wait."""

    def now(self) -> float:
        """Return seconds since some fixed point; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)


class InterruptibleClock:
    """The machine's clock, whose sleeps end at once when `stop` is set."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def now(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep, or raise InterruptedRunError as soon as `stop` is set."""
        if self._stop.wait(seconds):
            raise InterruptedRunError("interrupted")
