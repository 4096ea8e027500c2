"""Work in threads: many items at once, or one attempt that may hang and is then left to itself.

Sockets know no time in all: a read ends with the next byte, a name may be looked up for minutes, a
library may wait for a process of its own. So an attempt runs in a thread that nobody depends on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from .clock import Clock
from .errors import AmplifyJobsError

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
    """Work in a thread of its own, and what came of it."""

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
        finally:
            self.done.set()


def within(seconds: float, work: Callable[[], T], clock: Clock) -> T:
    """Do the work and return its result, or raise its exception.

    Raises OutOfTimeError after so many seconds. The work then goes on by itself, until it asks
    `check_awaited`; it keeps no process from ending.
    """
    attempt = Attempt(work)
    threading.Thread(target=attempt.run, name="amplify-jobs-attempt", daemon=True).start()
    try:
        if not clock.wait(attempt.done, seconds):
            raise OutOfTimeError(seconds)
    finally:
        attempt.abandoned = not attempt.done.is_set()
    return attempt.result.result()


def check_awaited() -> None:
    """Raise AbandonedError in the thread of an attempt that nobody waits for any more."""
    attempt: Attempt[object] | None = getattr(_here, "attempt", None)
    if attempt is not None and attempt.abandoned:
        raise AbandonedError("nobody waits for this any more")


def all_at_once(work: Callable[[S], T], items: Sequence[S], threads: int, name: str) -> list[T]:
    """Return what the work makes of each item, so many at once, in the given order.

    Ctrl-C ends it at once: what is still under way is not waited for.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix=f"amplify-jobs-{name}")
    try:
        return list(pool.map(work, items))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
