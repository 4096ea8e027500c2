"""Carrying out a plan: the named updates on some threads, everything shown from one.

The threads only report into a queue. Signals are put into the same queue, so that what is shown
and what is decided happens in one place, in order, and never inside of a signal handler.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Literal

from ...domain.jobs import ObservedJob
from ...domain.keys import JobKey
from ...domain.plan import Skipped, Update, changes_of
from ...ending import asking_signals
from ...errors import InterruptedRunError
from ...reconcile.job import Reconciler
from ...reconcile.writes import UnansweredWriteError, Writes
from ...services import Targets
from ..errors import said
from ..interrupts import INTERRUPTS
from ..plan.stack_plan import PlannedJob

if TYPE_CHECKING:
    from .display import Following

State = Literal["updated", "nothing", "skipped", "unsettled", "failed", "notDone"]

WORDS: Mapping[State, str] = {
    "updated": "updated",
    "nothing": "as declared",
    "skipped": "left alone",
    "unsettled": "updated but not as declared",
    "failed": "failed",
    "notDone": "not done",
}
BAD_STATES: tuple[State, ...] = ("unsettled", "failed", "notDone")

LONGEST_DEAFNESS = 0.2
"""Seconds after which a signal is heeded in any case."""


@dataclass(frozen=True)
class Result:
    """What came of one job. `unsettled`: it was written, but does not show what is declared."""

    job: PlannedJob
    state: State
    live: ObservedJob | None
    reason: str | None = None
    error: Exception | None = None
    """What it failed with."""


Events = SimpleQueue[str | signal.Signals | Result]
"""Lines of progress, signals that ask to stop, and what came of jobs."""


def bring(reconciler: Reconciler, job: PlannedJob, events: Events) -> Result:
    """Bring one job to what is declared; whatever goes wrong is part of the result."""
    try:
        outcome = reconciler.bring(job.desired, job.live, events.put)
    except UnansweredWriteError as error:
        return _failed(job, error)
    except InterruptedRunError as error:
        return Result(job, "notDone", job.live, str(error))
    except Exception as error:  # noqa: BLE001 (one job's error must not stop the others)
        return _failed(job, error)
    if outcome.unsettled is not None:
        return Result(job, "unsettled", outcome.observed, outcome.unsettled)
    if isinstance(outcome.decision, Update):
        return Result(job, "updated", outcome.observed)
    if isinstance(outcome.decision, Skipped):
        return Result(job, "skipped", outcome.observed, outcome.decision.reason)
    return Result(job, "nothing", outcome.observed, "it has reached the declared state since")


def _failed(job: PlannedJob, error: Exception) -> Result:
    return Result(job, "failed", job.live, said(error), error)


@dataclass
class Applying:
    """Carries out the updates of one plan."""

    services: Targets
    writes: Writes
    events: Events
    results: dict[JobKey, Result] = field(default_factory=dict)

    def carry_out(self, planned: Sequence[PlannedJob], parallel: int, show: Following) -> None:
        """Make the planned updates, so many at once, and show what happens. Raises OSError.

        The first signal stops further writes; those under way are waited for, until the second one.
        """
        updates = [job for job in planned if job.action == "update"]
        pool = ThreadPoolExecutor(parallel, thread_name_prefix="amplify-jobs-write")
        try:
            for job in updates:
                pool.submit(self._work, job)
            self._follow(len(updates), show)
        finally:
            # Also where showing fails, such as into a closed pipe: nothing further begins.
            self._stop()
            pool.shutdown(wait=False, cancel_futures=True)

    def results_of(self, planned: Sequence[PlannedJob]) -> list[Result]:
        """Return every job's result, in order, once nothing is carried out any more."""
        return [self._result(job) for job in planned]

    def _work(self, job: PlannedJob) -> None:
        reconciler = self.services[job.desired.key.target].reconciler
        self.events.put(bring(reconciler, job, self.events))

    def _follow(self, total: int, show: Following) -> None:
        """Show what happens until all is done or a signal comes."""
        while len(self.results) < total:
            if self.events.empty():
                show.flush()
            event = self._next()
            if isinstance(event, signal.Signals):
                under_way = len(self.writes.stop())
                line = "interrupted: no further write will start"
                if under_way:
                    line += f"; {under_way} in progress, interrupt again to stop at once"
                show.line(line)
                return
            if isinstance(event, str):
                show.line(event)
            else:
                self.results[event.job.desired.key] = event
                show.finished(event)

    def _stop(self) -> None:
        """Stop further writes, and wait for those under way, at most until the next signal."""
        pending = set(self.writes.stop()) - self.results.keys()
        while True:
            try:
                event = self._next() if pending else self.events.get_nowait()
            except Empty:
                return
            if isinstance(event, signal.Signals):
                pending.clear()
            elif isinstance(event, Result):
                self.results[event.job.desired.key] = event
                pending.discard(event.job.desired.key)

    def _next(self) -> str | signal.Signals | Result:
        """Return the next event."""
        event = None
        while event is None:
            # A signal that comes just before a wait begins is handled only when it ends.
            with suppress(Empty):
                event = self.events.get(timeout=LONGEST_DEAFNESS)
        return event

    def _result(self, job: PlannedJob) -> Result:
        if job.action != "update":
            state: State = job.action if job.action in ("nothing", "skipped") else "failed"
            return Result(job, state, job.live, job.reason)
        return self.results.get(job.desired.key) or self._cut_short(job)

    def _cut_short(self, job: PlannedJob) -> Result:
        """Return the result of a job whose thread has not come to its end."""
        desired = job.desired
        if self.writes.is_writing(desired.key):
            return _failed(job, UnansweredWriteError())
        answer = self.writes.answer(desired.key)
        if answer is None:
            return Result(job, "notDone", job.live, "interrupted")
        if desired.wait is None and not changes_of(desired, answer):
            return Result(job, "updated", answer)
        reason = f"{desired.label} was updated, but the wait ended: interrupted"
        return Result(job, "unsettled", answer, reason)


@contextmanager
def signals_as_events() -> Iterator[Events]:
    """Yield a queue that gets the signals that ask to stop; nothing else is interrupted by them.

    `SimpleQueue.put` is made to be called by a signal handler. Raises KeyboardInterrupt if a signal
    came before, however far the command got.
    """
    events: Events = SimpleQueue()
    before = {
        number: signal.signal(number, lambda *_: events.put(signal.SIGINT))
        for number in asking_signals()
    }
    try:
        INTERRUPTS.refuse_to_go_on()
        yield events
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
