"""Decisions as data, in the computed inputs of a resource: pure functions.

A job has the input `plan`, which check writes anew in every run: its `action` is update, adopt,
skipped or nothing (`plan.Action`). An update has `from`, the live job that it moves away from, and
`to`, the fields that it changes; a job that is left alone has the `reason`. A rule has the same
`from` and `to` for each job of its input `matches`. Moments are UTC, as people read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..domain.jobs import ObservedJob
from ..domain.plan import FIELDS, Plan, Skipped, Update
from ..domain.times import moment_of

Bag = dict[str, Any]


def plan_of(decision: Plan, *, adopts: bool = False) -> Bag:
    """Return a decision as `plan` has it; `adopts`: nothing is recorded of the job yet."""
    if isinstance(decision, Update):
        return {"action": decision.action, **move_of(decision)}
    if isinstance(decision, Skipped):
        return left_alone(decision.reason)
    return {"action": "adopt" if adopts else decision.action}


def left_alone(reason: str | None) -> Bag:
    """Return the plan of a job that is left alone, with the reason if it may be told."""
    return present({"action": Skipped.action, "reason": reason})


def move_of(update: Update) -> Bag:
    """Return what an update moves, from what to what. Fields that are absent are left out."""
    live: Bag = {field: getattr(update.previous, field) for field in FIELDS}
    before = present({**live, "updated": moment(update.previous.update_time)})
    return {"from": before, "to": {change.field: change.wanted for change in update.changes}}


def created_of(observed: ObservedJob | None) -> str | None:
    """Return when a job was created, or None where the service does not say."""
    return moment(observed.create_time) if observed else None


def moment(milliseconds: str | None) -> str | None:
    """Return a time of the service as a moment in UTC, or None where there is none."""
    return moment_of(milliseconds) if milliseconds else None


def last_write(old_outputs: Mapping[str, Any]) -> Bag:
    """Return what outputs record of the last write: its `plan`, and when it was `settled`.

    States of the release before `plan` have the live job that the write moved away from in
    `previous`.
    """
    plan, before = old_outputs.get("plan"), old_outputs.get("previous")
    if plan is None and isinstance(before, Mapping):
        plan = {"from": before}
    return present({"plan": plan, "settled": old_outputs.get("settled")})


def present(fields: Mapping[str, Any]) -> Bag:
    """Return the fields that have a value."""
    return {field: value for field, value in fields.items() if value is not None}
