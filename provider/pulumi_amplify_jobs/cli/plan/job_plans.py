"""The plan of a whole stack: every job is read and decided on, an error hides no other job."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from ...domain.jobs import DesiredJob, LatestJob, ObservedJob
from ...domain.keys import JobKey
from ...domain.plan import Action, Change, Missing, Plan, Update
from ...reconcile.job import Reconciler
from ...services import Services
from ..errors import reason_of, said, shared

ACTIONS: tuple[Action, ...] = ("update", "nothing", "skipped", "error")


@dataclass(frozen=True)
class Unknown:
    """The job can't be decided on, because of this error."""

    action: ClassVar[Action] = "error"
    error: Exception

    @property
    def reason(self) -> str:
        """The error in one line."""
        return said(self.error)


@dataclass(frozen=True)
class PlannedJob:
    """One declared job, what the service says of it, and what is to be done."""

    desired: DesiredJob
    decision: Plan | Unknown
    live: ObservedJob | None = None
    warnings: tuple[str, ...] = ()
    """What was in doubt when the job was looked for."""

    @property
    def name(self) -> str:
        """The name in the stack config."""
        return self.desired.name or str(self.desired.key)

    @property
    def title(self) -> str:
        """What tells the job from others: its name, and its key where that is a rule's name."""
        return self.name if self.desired.provided is None else self.desired.label

    @property
    def action(self) -> Action:
        """What is to be done, in one word."""
        return self.decision.action

    @property
    def changes(self) -> tuple[Change, ...]:
        """The fields to change, none unless it is an update."""
        return self.decision.changes if isinstance(self.decision, Update) else ()

    @property
    def reason(self) -> str | None:
        """Why the job is left alone or can't be planned."""
        return getattr(self.decision, "reason", None)


def plan_all(reconciler: Reconciler, jobs: Iterable[DesiredJob]) -> list[PlannedJob]:
    """Plan every job, in the given order."""
    declared = list(jobs)
    reconciler.reader.prefetch(job.key for job in declared)
    return [plan_one(reconciler, job) for job in declared]


def plan_one(reconciler: Reconciler, desired: DesiredJob) -> PlannedJob:
    """Plan one job; what keeps it from being planned is part of the answer."""
    try:
        decision = reconciler.examine(desired)
        return PlannedJob(desired, decision, reconciler.reader.read(desired.key))
    except Exception as error:  # noqa: BLE001 (one job's error must not hide the others)
        return PlannedJob(desired, Unknown(error))


def errors_alike(planned: Iterable[PlannedJob]) -> dict[JobKey, str]:
    """Return one text for the jobs that several failed reads for one reason concern, by key."""
    groups: defaultdict[str, dict[JobKey, Exception]] = defaultdict(dict)
    for job in planned:
        if isinstance(job.decision, Unknown):
            groups[reason_of(job.decision.error)][job.desired.key] = job.decision.error
    return {
        key: f"{len(errors)} jobs: {shared(next(iter(errors.values())))}"
        for errors in groups.values()
        if len(errors) > 1
        for key in errors
    }


def counts(planned: Sequence[PlannedJob]) -> dict[Action, int]:
    """Count the jobs by what is to be done about them."""
    return {action: sum(job.action == action for job in planned) for action in ACTIONS}


def plan_latest(
    services: Services, jobs: Iterable[LatestJob], planned: Iterable[PlannedJob]
) -> list[PlannedJob]:
    """Plan the jobs whose ID is to be found, after those that have one."""
    owners = {job.desired.key: job.name for job in planned}
    return [_plan_latest(services, job, owners) for job in jobs]


def _plan_latest(services: Services, job: LatestJob, owners: dict[JobKey, str]) -> PlannedJob:
    try:
        choice = services.newest.find(job.declared.key.environment, job.latest)
    except Exception as error:  # noqa: BLE001 (one job's error must not hide the others)
        return PlannedJob(job.declared, Unknown(error))
    found = _plan_found(services.reconciler, job, choice.job, owners)
    return replace(found, warnings=choice.doubts)


def _plan_found(
    reconciler: Reconciler, job: LatestJob, found: ObservedJob | None, owners: dict[JobKey, str]
) -> PlannedJob:
    if found is None:
        return PlannedJob(job.declared, Missing(job.missing))
    owner = owners.setdefault(found.key, job.declared.name or "")
    if owner != job.declared.name:
        return PlannedJob(job.declared, Missing(job.contested(found.key, owner)))
    return plan_one(reconciler, job.found(found))
