"""Time as the package sees it, so that tests can hand in their own."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from .errors import InterruptedRunError
from .limits import FAREWELL

LONGEST_DEAFNESS = 0.1
"""Seconds after which a wish to stop is heeded by whoever waits for something else."""


class Clock(Protocol):
    """A monotonic clock in seconds that can also wait."""

    def now(self) -> float:
        """Return seconds since some fixed point; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""

    def wait(self, done: threading.Event, seconds: float) -> bool:
        """Wait for an event, at most so many seconds, and say whether it came."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def wait(self, done: threading.Event, seconds: float) -> bool:
        """Wait for an event, at most so many seconds, and say whether it came."""
        return done.wait(seconds)


class InterruptibleClock:
    """The machine's clock, whose sleeps end at once when `stop` is set.

    What is waited for has `farewell` seconds then, all in all.
    """

    def __init__(self, stop: threading.Event, farewell: float = FAREWELL) -> None:
        self._stop = stop
        self._farewell = farewell
        self._end: float | None = None

    def now(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep, or raise InterruptedRunError as soon as `stop` is set."""
        if self._stop.wait(seconds):
            raise InterruptedRunError("interrupted")

    def wait(self, done: threading.Event, seconds: float) -> bool:
        """Wait for an event, at most so many seconds, and say whether it came.

        Raises InterruptedRunError where `stop` is set and the farewell is over.
        """
        until = self.now() + seconds
        while not done.wait(min(LONGEST_DEAFNESS, max(until - self.now(), 0.0))):
            if self._stop.is_set():
                self._end = self._end or self.now() + self._farewell
                if self.now() >= self._end:
                    raise InterruptedRunError("interrupted")
            if self.now() >= until:
                return False
        return True
