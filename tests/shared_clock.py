"""Virtual time for several threads: nobody sleeps, and every run is the same."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Condition, Event
from typing import TypeVar

T = TypeVar("T")


class SharedClock:
    """Starts at 1,000 s. One thread runs at a time; when it sleeps, whoever is to wake next runs.

    Only the threads of `run` may use it.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._now = 1000.0
        self._numbers = count()
        self._sleepers: list[tuple[float, int]] = []
        self._awake = 0

    def now(self) -> float:
        return self._now

    @property
    def passed(self) -> float:
        """Seconds since the start."""
        return self._now - 1000.0

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        with self._changed:
            turn = (self._now + seconds, next(self._numbers))
            heapq.heappush(self._sleepers, turn)
            self._pass_on()
            self._changed.wait_for(lambda: not self._awake and self._sleepers[0] == turn)
            heapq.heappop(self._sleepers)
            self._awake += 1
            self._now = turn[0]

    def wait(self, done: Event, seconds: float) -> bool:
        return done.wait(seconds)

    def run(self, tasks: Sequence[tuple[float, Callable[[], T]]]) -> list[T]:
        """Run tasks in threads, each from so many seconds on, and return what they do."""
        self._awake = len(tasks)
        with ThreadPoolExecutor(len(tasks)) as pool:
            runs = [pool.submit(self._task, start, task) for start, task in tasks]
        return [run.result() for run in runs]

    def _task(self, start: float, task: Callable[[], T]) -> T:
        try:
            self.sleep(start)
            return task()
        finally:
            with self._changed:
                self._pass_on()

    def _pass_on(self) -> None:
        self._awake -= 1
        self._changed.notify_all()
