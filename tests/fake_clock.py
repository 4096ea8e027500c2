"""A clock that never sleeps."""

from __future__ import annotations

import threading


class FakeClock:
    """Starts at 1,000 s; sleeping moves it on at once, and each sleep is kept in `slept`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        with self._lock:
            self._now += seconds
            self.slept.append(seconds)

    def wait(self, done: threading.Event, seconds: float) -> bool:
        return done.wait(seconds)

    @property
    def passed(self) -> float:
        """Seconds since the start."""
        return self._now - 1000.0
