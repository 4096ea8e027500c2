"""Bring one job to what is declared: read, decide, write, wait. Serves the provider and the CLI."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .clock import Clock
from .errors import InterruptedRunError, JobMissingError, JobMovedError, ServiceError
from .jobs import DesiredJob, ObservedJob, Wait
from .plan import (
    Ended,
    Missing,
    Nothing,
    Plan,
    Settled,
    Skipped,
    Update,
    changes_of,
    moved_since,
    own_error,
    plan,
    progress,
    shown,
)

if TYPE_CHECKING:
    # Types only: the program's process registers resources without ever loading boto3.
    from .client import JobReader, JobsService

REPORT_EVERY = 30.0
"""Seconds between two progress reports of a wait."""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 15.0
PAUSE_GROWTH = 1.5

Report = Callable[[str], None]
"""Takes one line of progress."""


@dataclass(frozen=True)
class Outcome:
    """What came of one job. `unsettled` says why the job does not show what was written."""

    decision: Nothing | Update | Skipped
    observed: ObservedJob | None
    unsettled: str | None = None


@dataclass(frozen=True)
class Reconciler:
    """The decisions of `plan` on live jobs. May be shared by threads."""

    service: JobsService
    reader: JobReader
    clock: Clock

    def examine(self, desired: DesiredJob) -> Plan:
        """Plan against the job as first read in this process. Raises ServiceError."""
        return plan(desired, self.reader.read(desired.key))

    def bring(self, desired: DesiredJob, seen: ObservedJob | None, report: Report) -> Outcome:
        """Update the job if that is needed, then wait if that is declared.

        `seen` is the job as the check saw it when it named the change. Immediately before a write
        the job is read again: where its operation or status moved since, nothing is written.
        Raises JobMissingError, JobMovedError, ServiceError.
        """
        named = plan(desired, seen)
        observed = self.service.get(desired.key) if isinstance(named, Update) else seen
        decision = plan(desired, observed)
        if isinstance(decision, Missing):
            raise JobMissingError(decision.reason)
        if not isinstance(decision, Update):
            return Outcome(decision, observed)
        self._refuse_moved(desired, seen, observed)
        answer = self.service.update(desired.key, desired.operation, desired.status)
        if desired.wait is not None:
            observed, unsettled = self._wait(desired, desired.wait, answer, report)
            return Outcome(decision, observed, unsettled)
        return Outcome(decision, answer, _not_shown(desired, answer))

    def settle(self, desired: DesiredJob, report: Report) -> Outcome:
        """Take up a wait that an earlier run gave up on. Makes no write.

        Raises JobMissingError, ServiceError.
        """
        observed = self.service.get(desired.key)
        if observed is None:
            raise JobMissingError(f"{desired.label}: the service no longer has the job")
        if desired.wait is None:
            return Outcome(Nothing(), observed)
        observed, unsettled = self._wait(desired, desired.wait, observed, report)
        return Outcome(Nothing(), observed, unsettled)

    @staticmethod
    def _refuse_moved(
        desired: DesiredJob, seen: ObservedJob | None, observed: ObservedJob | None
    ) -> None:
        if seen is None:
            return
        moved = moved_since(seen, observed)
        if moved is not None:
            raise JobMovedError(
                f"{desired.label} moved since it was checked: {moved}; "
                "nothing was written, run it again to see the new change"
            )

    def _wait(
        self, desired: DesiredJob, wait: Wait, observed: ObservedJob, report: Report
    ) -> tuple[ObservedJob, str | None]:
        """Poll until the job settles; what is written stays so, whatever ends the waiting."""
        latest: ObservedJob | None = observed
        began = due = self.clock.now()
        pause = FIRST_PAUSE
        while True:
            observed = latest or observed
            state = progress(desired, latest)
            waited = self.clock.now() - began
            if isinstance(state, Settled):
                return observed, None
            if isinstance(state, Ended):
                return observed, f"{desired.label} was updated, but {state.reason}"
            if waited >= wait.seconds:
                still = f"it is still {shown(observed.status)} after {wait.timeout}"
                return observed, f"{desired.label} was updated, but {still}{own_error(observed)}"
            if began + waited >= due + REPORT_EVERY:
                due = began + waited
                report(
                    f"waiting for {desired.label}: {shown(observed.status)} after {waited:.0f} s"
                )
            try:
                until_report = due + REPORT_EVERY - began - waited
                self.clock.sleep(min(pause, wait.seconds - waited, until_report))
                latest = self.service.get(desired.key)
            except (ServiceError, InterruptedRunError) as error:
                return observed, f"{desired.label} was updated, but the waiting ended: {error}"
            pause = min(pause * PAUSE_GROWTH, LONGEST_PAUSE)


def _not_shown(desired: DesiredJob, answer: ObservedJob) -> str | None:
    """Say which declared field the answer to an update does not show, or None when it shows all."""
    for change in changes_of(desired, answer):
        return (
            f"{desired.label} was updated, but its {change.field} is {shown(change.live)}, not "
            f"{shown(change.wanted)}{own_error(answer)}; run it again, or declare a wait"
        )
    return None
