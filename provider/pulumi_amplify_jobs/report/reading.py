"""From the text of a preview to a report, whichever program wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..domain.keys import KEY_FIELDS
from ..domain.plan import FIELDS
from ..domain.times import epoch_seconds
from ..errors import one_line
from ..nesting import is_nested_deeper
from ..redaction import redacted_data
from ..spelling import camel
from .engine_report import report_of
from .engine_run import (
    DEEPEST,
    is_digest,
    is_event,
    items,
    key_of,
    mapping,
    run_of_digest,
    run_of_events,
    runs_in,
    text,
)
from .model import Action, Cell, Report, ReportedJob, ReportError, believed

SOURCES = "pulumi preview --json, the engine's event log, or amplify-jobs plan --json"


NOT_BLANK = re.compile(r"\S")

NOT_READ = frozenset(("stackTrace", "sourcePosition", "propertyDependencies"))
"""Keys that the engine writes for each resource, and no report shows: most of a preview's text."""

PLAN_VERSION = 2

KEY_NAMES = tuple(map(camel, KEY_FIELDS))

ACTIONS: Mapping[str, Action] = {
    "update": "update",
    "nothing": "unchanged",
    "skipped": "skipped",
    "error": "error",
}


def read_report(content: str, name: str) -> Report:
    """Return the report of a preview, with no secret in it.

    `name` is what messages call it, such as its file. Takes `pulumi preview --json`, an event
    log of the engine and `amplify-jobs plan --json`. Raises ReportError.
    """
    found = list(_values(content.removeprefix("\ufeff"), name))
    if any(is_nested_deeper(value, DEEPEST) for value in found):
        raise _too_deep(name)
    values = redacted_data(_as_far_as_read(found))
    if not values:
        raise ReportError(f"{name} is empty: the preview failed before it wrote anything")
    number = _previews_in(values)
    if number > 1:
        raise ReportError(f"{name} holds {number} previews: report one at a time")
    first = values[0]
    if is_digest(first):
        return report_of(run_of_digest(first))
    if all(map(is_event, values)):
        return report_of(run_of_events(values))
    if _is_plan(first):
        return _report_of_plan(first, name)
    raise ReportError(f"{name} is not a preview: give it {SOURCES}")


def _as_far_as_read(value: Any) -> Any:
    """Return JSON data without what is not read: the rest is searched for secrets, slowly."""
    if isinstance(value, dict):
        return {key: _as_far_as_read(item) for key, item in value.items() if key not in NOT_READ}
    return [_as_far_as_read(item) for item in value] if isinstance(value, list) else value


def _previews_in(values: list[Any]) -> int:
    """Count the previews: documents, and runs of events."""
    events = [value for value in values if is_event(value)]
    return runs_in(events) + sum(is_digest(value) or _is_plan(value) for value in values)


def _values(content: str, name: str) -> Iterator[Any]:
    """Yield the JSON values that follow one another in a text. Raises ReportError."""
    decoder = json.JSONDecoder()
    position = 0
    while begin := NOT_BLANK.search(content, position):
        try:
            value, position = decoder.raw_decode(content, begin.start())
        except json.JSONDecodeError as error:
            raise ReportError(
                f"{name}:{error.lineno}: is not complete JSON ({error.msg}, column {error.colno}): "
                f"give it {SOURCES}"
            ) from None
        except RecursionError:
            raise _too_deep(name) from None
        except ValueError:  # of Python's own limit
            said = "has a number with too many digits to be a preview"
            raise ReportError(f"{name} {said}: give it {SOURCES}") from None
        yield value


def _too_deep(name: str) -> ReportError:
    return ReportError(f"{name} is nested too deeply to be a preview: give it {SOURCES}")


def _is_plan(value: Any) -> bool:
    """Say whether a JSON value is what `amplify-jobs plan --json` writes."""
    return isinstance(value, dict) and "jobs" in value and "summary" in value and "stack" in value


def _report_of_plan(document: Mapping[str, Any], name: str) -> Report:
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
