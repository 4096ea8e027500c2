"""A report of what `amplify-jobs plan --json` wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from ..domain.keys import KEY_FIELDS
from ..domain.plan import FIELDS
from ..domain.times import epoch_seconds
from ..errors import one_line
from .engine_run import items, key_of, mapping, text
from .model import Action, Cell, Report, ReportedJob, ReportError, believed

VERSION = 1

ACTIONS: Mapping[str, Action] = {
    "update": "update",
    "nothing": "unchanged",
    "skipped": "skipped",
    "error": "error",
}


def is_plan(value: Any) -> bool:
    """Say whether a JSON value is such a document."""
    return isinstance(value, dict) and "jobs" in value and "summary" in value and "stack" in value


def report_of_plan(document: Mapping[str, Any], name: str) -> Report:
    """Return the report of a plan, in the order of its declarations. Raises ReportError."""
    if document.get("version") != VERSION:
        raise ReportError(
            f"{name} is a plan of version {one_line(str(document.get('version')), 20)}, and "
            f"{VERSION} is known here: use the same release for plan and report"
        )
    jobs = [mapping(each) for each in items(document.get("jobs"))]
    if any("result" in job for job in jobs):
        raise ReportError(
            f"{name} has the results of apply, not a plan: report amplify-jobs plan --json"
        )
    rules = [mapping(each) for each in items(document.get("rules"))]
    errors = filter(None, (text(rule.get("error")) for rule in rules))
    return Report(
        stack=text(document.get("stack")),
        project=None,
        jobs=tuple(map(_job, jobs)),
        problems=tuple(one_line(error, 1000) for error in errors),
        warnings=tuple(
            one_line(line, 1000) for line in map(text, items(document.get("warnings"))) if line
        ),
    )


def _job(job: Mapping[str, Any]) -> ReportedJob:
    live = mapping(job.get("live"))
    changes = {mapping(each).get("field"): mapping(each) for each in items(job.get("changes"))}
    operation, status = (
        Cell(text(live.get(field)), text(mapping(changes.get(field)).get("to"))) for field in FIELDS
    )
    times = (epoch_seconds(text(live.get(field))) for field in ("createTime", "updateTime"))
    created, updated = believed(*times)
    by_rule = bool(job.get("byRule"))
    action = ACTIONS.get(str(job.get("action")), "error")
    reason = text(job.get("reason"))
    if action == "update":
        reason = "matched by the rule" if by_rule else "not as declared"
    return ReportedJob(
        name=text(job.get("name")) or "",
        action=action,
        key=key_of(job.get(to_camel(field)) for field in KEY_FIELDS),
        operation=operation,
        status=status,
        created=created,
        updated=updated,
        reason=reason,
        by_rule=by_rule,
    )
