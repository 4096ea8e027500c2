"""Bring one job to what is declared: read, decide, write, wait. Serves the provider and the CLI."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..clock import Clock
from ..domain.jobs import DesiredJob, ObservedJob
from ..domain.plan import (
    Missing,
    Nothing,
    Plan,
    Skipped,
    Update,
    changes_of,
    moved_since,
    own_error,
    plan,
    shown,
)
from ..errors import JobMissingError, JobMovedError
from .waits import ShowLine, Waits

if TYPE_CHECKING:
    # Types only: the program's process registers resources without ever loading botocore.
    from ..client.reader import JobReader
    from ..client.service import JobsService


@dataclass(frozen=True)
class Outcome:
    """What came of one job."""

    decision: Nothing | Update | Skipped
    observed: ObservedJob | None
    unsettled: str | None = None
    """Why the job does not show what was written."""
    written: float | None = field(default=None, compare=False)
    """When the update was answered, in epoch seconds; None: there was none."""


class Reconciler:
    """The decisions of `plan` on live jobs. May be shared by threads."""

    def __init__(
        self,
        service: JobsService,
        reader: JobReader,
        clock: Clock,
        dice: random.Random | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`dice` jitter the pauses of a wait; without them they are thrown by the machine.

        `wall` returns the epoch seconds of a write, and those that jobs' times are compared with.
        """
        self._wall = wall
        self.reader = reader
        self._service = service
        self._waits = Waits(service, clock, dice or random.Random())  # noqa: S311 (no secret)

    def examine(self, desired: DesiredJob) -> Plan:
        """Plan against the job as first read in this process. Raises ServiceError."""
        return plan(desired, self.reader.read(desired.key))

    def bring(self, desired: DesiredJob, seen: ObservedJob | None, report: ShowLine) -> Outcome:
        """Update the job if that is needed, then wait if that is declared.

        `seen` is the job as the check saw it when it named the change. Immediately before a write
        the job is read again: where its operation or status moved since, nothing is written.
        Raises JobMissingError, JobMovedError, ServiceError.
        """
        named = plan(desired, seen)
        observed = self._service.get(desired.key) if isinstance(named, Update) else seen
        decision = plan(desired, observed)
        if isinstance(decision, Missing):
            raise JobMissingError(decision.reason)
        if not isinstance(decision, Update):
            return Outcome(decision, observed)
        moved = moved_since(seen, observed) if seen is not None else None
        if moved is not None:
            raise JobMovedError(
                f"{desired.label} moved since it was checked: {moved}; "
                "nothing was written, run it again to see the new change"
            )
        answer = self._service.update(desired.key, desired.operation, desired.status)
        written = self._wall()
        if desired.wait is None:
            return Outcome(decision, answer, _not_shown(desired, answer), written)
        observed, unsettled = self._waits.until_settled(desired, desired.wait, answer, report)
        return Outcome(decision, observed, unsettled, written)

    def settle(self, desired: DesiredJob, report: ShowLine) -> Outcome:
        """Take up a wait that an earlier run gave up on. Makes no write.

        Raises JobMissingError, ServiceError.
        """
        observed = self._service.get(desired.key)
        if observed is None:
            raise JobMissingError(f"{desired.label}: the service no longer has the job")
        if desired.wait is None:
            return Outcome(Nothing(), observed)
        observed, unsettled = self._waits.until_settled(desired, desired.wait, observed, report)
        return Outcome(Nothing(), observed, unsettled)


def _not_shown(desired: DesiredJob, answer: ObservedJob) -> str | None:
    """Say which declared field the answer to an update does not show, or None when it shows all."""
    for change in changes_of(desired, answer):
        return (
            f"{desired.label} was updated, but its {change.field} is {shown(change.live)}, not "
            f"{shown(change.wanted)}{own_error(answer)}; run it again, or declare a wait"
        )
    return None
