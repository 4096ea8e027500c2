"""The jobs that a rule claims, out of a run's steps for the rule: what `matches` names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..jobs import JobKey
from ..times import seconds_of
from .declared import Steps
from .model import Cell, ReportedJob
from .moments import believed
from .values import has_unknown, mapping, text

TIMES = re.compile(r" \((?:created (?P<created>\S+))?(?:, )?(?:updated (?P<updated>\S+))?\)$")
ABSENT = "absent"
"""What `matches` says of a live field that is absent."""


def claimed_jobs(name: str, steps: Steps) -> list[ReportedJob]:
    """Return what a run says of one rule: each job that it claims, or what becomes of the rule."""
    if steps.op == "same":
        return []
    if steps.op == "delete":
        reason = "the rule is no longer declared"
        return [ReportedJob(name, "forget", reason=reason, by_rule=True)]
    inputs = steps.declared.inputs
    aim = mapping(inputs.get("set"))
    matches = mapping(inputs.get("matches"))
    if matches:
        return [_claimed(name, key, str(told), aim) for key, told in matches.items()]
    reason = "a new rule" if steps.op == "create" else "the rule changed"
    found = "what matches is known after up" if has_unknown(inputs) else "no job matches"
    return [ReportedJob(name, "record", reason=f"{reason}; {found}", by_rule=True)]


def _claimed(rule: str, key: str, told: str, aim: Mapping[str, Any]) -> ReportedJob:
    """Return one claimed job; `told` is what `dynamic.rule_properties` writes of it."""
    times = TIMES.search(told)
    changes = told[: times.start()] if times else told
    told_times = [times[each] if times else None for each in ("created", "updated")]
    created, updated = believed(*map(seconds_of, told_times))
    operation, status = _cells(changes, text(aim.get("operation")), text(aim.get("status")))
    return ReportedJob(
        name=rule,
        action="update",
        key=_key(key),
        operation=operation,
        status=status,
        created=created,
        updated=updated,
        reason="claimed by the rule",
        by_rule=True,
    )


def _key(key: str) -> JobKey | None:
    try:
        return JobKey.parse(key)
    except ValueError:
        return None  # written by an earlier release, for a job with a / in its name


def _cells(changes: str, operation: str | None, status: str | None) -> tuple[Cell, Cell]:
    """Return operation and status out of `UpdateBackendAPI RUNNING => FAILED`.

    A field that the rule sets stands there only where it differs; an operation that it does not
    set stands in front.
    """
    before, arrow, wanted = changes.rpartition(" => ")
    if not arrow:
        return Cell(), Cell()
    if operation is None:
        live_operation, _, live_status = before.rpartition(" ")
        return Cell(_present(live_operation)), Cell(_present(live_status), wanted)
    if status is None:
        return Cell(_present(before), wanted), Cell()
    live, both, live_status = before.partition(f" => {operation}, ")
    if both:
        return Cell(_present(live), operation), Cell(_present(live_status), status)
    if wanted == operation:
        return Cell(_present(before), operation), Cell(status)
    return Cell(operation), Cell(_present(before), wanted)


def _present(live: str) -> str | None:
    return None if live in ("", ABSENT) else live
