"""Work in threads: many items at once, or one attempt that may hang and is then left to itself.

Sockets know no time in all: a read ends with the next byte, a name may be looked up for minutes, a
library may wait for a process of its own. So an attempt runs in a thread that nobody depends on.
Where it asks `check_awaited` all the time, and goes `aside` for what it can't ask in, it runs in
the thread of whoever waits: handing it over costs a call more than all else that is ours in it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from .clock import LONGEST_DEAFNESS, Clock
from .errors import AmplifyJobsError, InterruptedRunError

S = TypeVar("S")
T = TypeVar("T")

_here = threading.local()


class OutOfTimeError(AmplifyJobsError):
    """An attempt was not over in time; what it does no longer counts."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not over within {seconds:.3g} s")
        self.seconds = seconds


class AbandonedError(OSError):
    """Ends an attempt that nobody waits for; an OSError, so that libraries close what they hold."""


class Attempt(Generic[T]):
    """Work for another thread, and what came of it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.done = threading.Event()
        self.abandoned = False
        self.result: Future[T] = Future()
        self._work = work

    def run(self) -> None:
        """Do the work in this thread."""
        _here.attempt = self
        try:
            self.result.set_result(self._work())
        except BaseException as error:  # noqa: BLE001 (whoever waits gets it)
            self.result.set_exception(error)

    def check(self) -> None:
        """Raise AbandonedError where nobody waits for the work any more."""
        if self.abandoned:
            raise AbandonedError("nobody waits for this any more")


class _OwnAttempt:
    """Work in the thread of whoever waits for it: it ends itself when its time is over."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self.end: AmplifyJobsError | None = None
        """Why it has to end."""
        self._clock = clock
        self._seconds = seconds
        began = time.monotonic()
        self._until = began + seconds
        self._heedful = began + LONGEST_DEAFNESS

    def check(self) -> None:
        """Raise AbandonedError where the time is over, or the clock's user asked to stop."""
        now = time.monotonic()
        if self.end is None and now >= min(self._heedful, self._until):
            self._heedful = now + LONGEST_DEAFNESS
            try:
                self._clock.wait(_NEVER, 0.0)
                if now >= self._until:
                    raise OutOfTimeError(self._seconds)
            except AmplifyJobsError as end:
                self.end = end
        if self.end is not None:
            raise AbandonedError("the time for this is over")

    def aside(self, work: Callable[[], object]) -> None:
        """Do work that can't ask in another thread, as long as there is time."""
        try:
            within(max(self._until - time.monotonic(), 0.0), work, self._clock)
        except (OutOfTimeError, InterruptedRunError) as end:
            self.end = end
            raise AbandonedError("the time for this is over") from None


_NEVER = threading.Event()


class _Worker:
    """A thread that makes one attempt after the other, and waits idly in between.

    To start a thread for each attempt would cost half as much as the attempt.
    """

    def __init__(self) -> None:
        self._attempts: SimpleQueue[Attempt[Any]] = SimpleQueue()
        self.make = self._attempts.put
        threading.Thread(target=self._run, name="amplify-jobs-attempt", daemon=True).start()

    def _run(self) -> None:
        while True:
            attempt = self._attempts.get()
            attempt.run()
            _idle.append(self)
            attempt.done.set()
            # Nothing of it is kept while the thread waits.
            del attempt, _here.attempt


_idle: list[_Worker] = []
"""Workers without an attempt; one with an attempt that was abandoned comes back at its end."""


def _worker() -> _Worker:
    """Return a worker without an attempt."""
    try:
        return _idle.pop()
    except IndexError:
        return _Worker()


def within(seconds: float, work: Callable[[], T], clock: Clock) -> T:
    """Do the work and return its result, or raise its exception.

    Raises OutOfTimeError after so many seconds. The work then goes on by itself, until it asks
    `check_awaited`; it keeps no process from ending.
    """
    attempt = Attempt(work)
    _worker().make(attempt)
    try:
        if not clock.wait(attempt.done, seconds):
            raise OutOfTimeError(seconds)
    finally:
        attempt.abandoned = not attempt.done.is_set()
    return attempt.result.result()


def within_here(seconds: float, work: Callable[[], T], clock: Clock) -> T:
    """Do as `within` does, in this thread: the work has to ask `check_awaited`, or go `aside`."""
    attempt = _here.attempt = _OwnAttempt(seconds, clock)
    try:
        return work()
    except Exception:
        if attempt.end is not None:
            raise attempt.end from None
        raise
    finally:
        del _here.attempt


def check_awaited() -> None:
    """Raise AbandonedError in the thread of an attempt that nobody waits for any more."""
    attempt: Attempt[object] | _OwnAttempt | None = getattr(_here, "attempt", None)
    if attempt is not None:
        attempt.check()


def aside(work: Callable[[], object]) -> None:
    """Do work that may hang, and can't ask `check_awaited` meanwhile.

    Raises AbandonedError where it was not over in time.
    """
    attempt = getattr(_here, "attempt", None)
    if isinstance(attempt, _OwnAttempt):
        attempt.aside(work)
    else:
        work()


def all_at_once(work: Callable[[S], T], items: Sequence[S], threads: int, name: str) -> list[T]:
    """Return what the work makes of each item, so many at once, in the given order.

    Raises the first exception of the work; what was not begun by then is left.
    Ctrl-C ends it at once: what is still under way is not waited for.
    """
    results: dict[int, T] = {}
    # Each thread takes the next item itself: to be handed each one costs turns of the threads.
    waiting = iter(enumerate(items))
    ended = threading.Event()

    def take() -> None:
        for number, item in waiting:
            if ended.is_set():
                return
            results[number] = work(item)

    pool = ThreadPoolExecutor(threads, thread_name_prefix=f"amplify-jobs-{name}")
    try:
        for taken in as_completed([pool.submit(take) for _ in items[:threads]]):
            taken.result()
    finally:
        ended.set()
        pool.shutdown(wait=False, cancel_futures=True)
    return [results[number] for number in range(len(items))]
