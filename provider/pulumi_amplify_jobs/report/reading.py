"""From the text of a preview to a report, whichever program wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..nesting import is_nested_deeper
from ..redaction import redacted_data
from .engine_report import report_of
from .engine_run import DEEPEST, is_digest, is_event, run_of_digest, run_of_events, runs_in
from .model import Report, ReportError
from .plan_report import is_plan, report_of_plan

SOURCES = "pulumi preview --json, the engine's event log, or amplify-jobs plan --json"

NOT_BLANK = re.compile(r"\S")

NOT_READ = frozenset(("stackTrace", "sourcePosition", "propertyDependencies"))
"""Keys that the engine writes for each resource, and no report shows: most of a preview's text."""


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
    if is_plan(first):
        return report_of_plan(first, name)
    raise ReportError(f"{name} is not a preview: give it {SOURCES}")


def _as_far_as_read(value: Any) -> Any:
    """Return JSON data without what is not read: the rest is searched for secrets, slowly."""
    if isinstance(value, dict):
        return {key: _as_far_as_read(item) for key, item in value.items() if key not in NOT_READ}
    return [_as_far_as_read(item) for item in value] if isinstance(value, list) else value


def _previews_in(values: list[Any]) -> int:
    """Count the previews: documents, and runs of events."""
    events = [value for value in values if is_event(value)]
    return runs_in(events) + sum(is_digest(value) or is_plan(value) for value in values)


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
