"""Time as the package sees it, so that tests can hand in their own."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
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


class InterruptibleClock(SystemClock):
    """The machine's clock, whose sleeps end at once when `stop` is set.

    What is waited for has `farewell` seconds then, all in all.
    """

    def __init__(self, stop: threading.Event, farewell: float = FAREWELL) -> None:
        self._stop = stop
        self._farewell = farewell
        self._end: float | None = None

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


@dataclass(frozen=True)
class Backoff:
    """Pauses that grow by a factor up to the longest, in seconds.

    Each takes between half and all of that: what failed together does not come back together.
    """

    first: float
    longest: float
    growth: float = 2.0

    def pause(self, number: int, dice: random.Random) -> float:
        """Return the seconds of a pause; the first one has the number 1."""
        most = min(self.longest, self.first * self.growth ** min(number - 1, 20))
        return dice.uniform(most / 2, most)
