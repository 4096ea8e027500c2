"""A report of what `amplify-jobs plan --json` says of a stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..domain.keys import KEY_FIELDS
from ..domain.plan import FIELDS
from ..domain.times import epoch_seconds
from ..errors import one_line
from ..spelling import camel
from .model import Action, Cell, Report, ReportedJob, ReportError, believed
from .values import items, key_of, mapping, text

PLAN_VERSION = 2

KEY_NAMES = tuple(map(camel, KEY_FIELDS))

ACTIONS: Mapping[str, Action] = {
    "update": "update",
    "nothing": "unchanged",
    "skipped": "skipped",
    "error": "error",
}


def is_plan(value: Any) -> bool:
    """Say whether a JSON value is what `amplify-jobs plan --json` writes."""
    return isinstance(value, dict) and "jobs" in value and "summary" in value and "stack" in value


def report_of_plan(document: Mapping[str, Any], name: str) -> Report:
    """Return the report of a plan, in the order of its declarations. Raises ReportError."""
    if document.get("version") != PLAN_VERSION:
        raise ReportError(
            f"{name} is a plan of version {one_line(str(document.get('version')), 20)}, but this "
            f"release reads version {PLAN_VERSION}: use the same release for plan and report"
        )
    jobs = [mapping(each) for each in items(document.get("jobs"))]
    if any("result" in job for job in jobs):
        raise ReportError(
            f"{name} has the results of apply, not a plan: report amplify-jobs plan --json"
        )
    refused = [
        each for each in map(mapping, items(document.get("rules"))) if text(each.get("error"))
    ]
    in_targets = [_refused_rule(rule) for rule in refused if text(rule.get("target"))]
    others = [rule["error"] for rule in refused if not text(rule.get("target"))]
    return Report(
        stack=text(document.get("stack")),
        project=None,
        jobs=(*map(_job, jobs), *in_targets),
        problems=tuple(one_line(error, 1000) for error in others),
        warnings=tuple(
            one_line(line, 1000) for line in map(text, items(document.get("warnings"))) if line
        ),
    )


def _refused_rule(rule: Mapping[str, Any]) -> ReportedJob:
    """Return a rule that may write nothing in its target, as the report of an engine has it."""
    name = text(rule.get("name")) or ""
    reason = one_line(str(text(rule["error"])).removeprefix(f"{name}: "), 1000)
    target = text(rule["target"]) or ""
    return ReportedJob(name, "error", reason=reason, by_rule=True, target=target)


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
        key=key_of(map(job.get, KEY_NAMES)),
        operation=operation,
        status=status,
        created=created,
        updated=updated,
        reason=reason,
        by_rule=by_rule,
        target=text(job.get("target")) or "",
    )
