"""The jobs that a rule claims, out of a run's steps for the rule: what `matches` names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..domain.keys import JobKey
from .believed_times import believed
from .declared_job import move_cell, seconds
from .json_values import has_unknown, mapping
from .last_release import match_before
from .model import ReportedJob
from .steps import Steps


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
        return [_claimed(name, key, _match(told, aim)) for key, told in matches.items()]
    reason = "a new rule" if steps.op == "create" else "the rule changed"
    found = "what matches is known after up" if has_unknown(inputs) else "no job matches"
    return [ReportedJob(name, "record", reason=f"{reason}; {found}", by_rule=True)]


def _match(told: Any, aim: Mapping[str, Any]) -> Mapping[str, Any]:
    return match_before(told, aim) if isinstance(told, str) else mapping(told)


def _claimed(rule: str, key: str, match: Mapping[str, Any]) -> ReportedJob:
    """Return one claimed job; `match` is what check writes of it (`dynamic.decisions`)."""
    times = (match.get("created"), mapping(match.get("from")).get("updated"))
    created, updated = believed(*map(seconds, times))
    return ReportedJob(
        name=rule,
        action="update",
        key=_key(key),
        operation=move_cell(match, "operation", is_set=False),
        status=move_cell(match, "status", is_set=False),
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
