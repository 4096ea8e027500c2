"""What to do about a job: pure functions of the desired and the observed job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..errors import one_line
from .jobs import SETTLED_STATUSES, DesiredJob, ObservedJob, When

Field = Literal["operation", "status"]
FIELDS: tuple[Field, ...] = ("operation", "status")

Action = Literal["update", "adopt", "skipped", "nothing", "error"]
"""What is decided about a job, in one word.

- update: it is to be changed, by one UpdateBackendJob call
- adopt: it is as declared, and is recorded in the state for the first time
- skipped: it is left alone, for a reason
- nothing: it is as declared
- error: it can't be planned
"""

RunAction = Literal["update", "adopt", "record", "forget", "skipped", "unchanged", "error"]
"""What a run with a state does about a job. Where the decision is `nothing`, the state says more.

- record: only the declaration changed; it is recorded, without a call
- forget: the job is no longer declared, and stays as it is
- unchanged: the state is as declared, too
"""


@dataclass(frozen=True)
class Change:
    """One declared field that differs: `live` is what the service says (None: nothing)."""

    field: Field
    live: str | None
    wanted: str


@dataclass(frozen=True)
class Nothing:
    """The job is as declared."""

    action: ClassVar[Action] = "nothing"


@dataclass(frozen=True)
class Update:
    """One UpdateBackendJob call is needed, which moves the job away from `previous`."""

    action: ClassVar[Action] = "update"
    changes: tuple[Change, ...]
    previous: ObservedJob


@dataclass(frozen=True)
class Skipped:
    """The job is left alone, for this reason: the same text in every run that finds it so."""

    action: ClassVar[Action] = "skipped"
    reason: str


@dataclass(frozen=True)
class Missing:
    """The service has no such job, and the declaration doesn't allow for that."""

    action: ClassVar[Action] = "error"
    reason: str


Plan = Nothing | Update | Skipped | Missing


def plan(desired: DesiredJob, observed: ObservedJob | None) -> Plan:
    """Decide what brings the observed job to what is declared (None: the service has no such job).

    An undeclared field is never a change. A job that is already as declared is nothing to do, also
    where its `when` does not hold.
    """
    if observed is None:
        if desired.if_missing == "ignore":
            return Skipped("the service has no such job")
        return Missing(
            f"{desired.label}: the service has no such job; "
            "correct its appId, backendEnvironmentName or jobId, or the region, remove it, or set "
            "ifMissing: ignore"
        )
    changes = tuple(changes_of(desired, observed))
    if not changes:
        return Nothing()
    unmet = unmet_precondition(desired.when, observed)
    if unmet is None and desired.provided is not None:
        unmet = desired.provided(observed)
    if unmet is not None:
        return Skipped(unmet)
    return Update(changes, previous=observed)


def changes_of(desired: DesiredJob, observed: ObservedJob) -> list[Change]:
    """Return the declared fields that differ, in the order operation, status."""
    return [
        Change(field, live, wanted)
        for field, wanted, live in _both(desired, observed)
        if wanted is not None and wanted != live
    ]


def _both(one: object, other: object) -> list[tuple[Field, str | None, str | None]]:
    return [(field, getattr(one, field), getattr(other, field)) for field in FIELDS]


def unmet_precondition(when: When | None, observed: ObservedJob) -> str | None:
    """Say which part of `when` the observed job does not fulfil, or None when all holds."""
    if when is None:
        return None
    for field, asked, live in _both(when, observed):
        if asked is not None and asked != live:
            return f"when: {field} is {shown(live)}, not {one_line(asked)}"
    return None


def moved_since(seen: ObservedJob, observed: ObservedJob | None) -> str | None:
    """Say how the job moved since a check saw it, or None when its operation and status did not.

    `updateTime` is left out: a running job may touch it without any news.
    """
    if observed is None:
        return "it is gone"
    for field, before, now in _both(seen, observed):
        if now != before:
            return f"{field} went from {shown(before)} to {shown(now)}"
    return None


@dataclass(frozen=True)
class Waiting:
    """The job is on its way."""


@dataclass(frozen=True)
class Settled:
    """The job shows what is declared."""


@dataclass(frozen=True)
class Ended:
    """The job settled in another way, for this reason; waiting longer won't help."""

    reason: str


Progress = Waiting | Settled | Ended


def progress(desired: DesiredJob, observed: ObservedJob | None) -> Progress:
    """Judge a job that was updated and is being waited for.

    It is settled once it shows what is declared; where only an operation is declared, once it is
    COMPLETED as well. Any other settled status, or a job that vanished, is the end of waiting.
    """
    if observed is None:
        return Ended("the service no longer has the job")
    aim = desired.status or "COMPLETED"
    if not changes_of(desired, observed) and observed.status == aim:
        return Settled()
    if observed.status in SETTLED_STATUSES and observed.status != aim:
        ended = f"the job ended as {shown(observed.status)}, not {shown(aim)}"
        return Ended(ended + own_error(observed))
    return Waiting()


def own_error(observed: ObservedJob) -> str:
    """Return the job's own error text as the tail of a message, or nothing."""
    return f": {one_line(observed.error)}" if observed.error else ""


def shown(value: str | None) -> str:
    """Return a live value as a message shows it."""
    return one_line(value) if value else "absent"
