"""From the text of a preview to a report, whichever program wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..redaction import redacted_data
from .engine_report import report_of
from .engine_run import is_digest, is_event, run_of_digest, run_of_events, runs_in
from .model import Report, ReportError
from .plan_json import is_plan, report_of_plan

SOURCES = "pulumi preview --json, the engine's event log, or amplify-jobs plan --json"


def read_report(text: str, name: str) -> Report:
    """Return the report of a preview, with no secret in it.

    `name` is how messages call the text, such as its file. Takes `pulumi preview --json`, an event
    log of the engine and `amplify-jobs plan --json`. Raises ReportError.
    """
    values = redacted_data(list(_values(text.removeprefix("\ufeff"), name)))
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
    raise ReportError(f"{name} is no preview: give it {SOURCES}")


def _previews_in(values: list[Any]) -> int:
    """Count the previews: documents, and runs of events."""
    events = [value for value in values if is_event(value)]
    return runs_in(events) + sum(is_digest(value) or is_plan(value) for value in values)


def _values(text: str, name: str) -> Iterator[Any]:
    """Yield the JSON values that follow one another in a text. Raises ReportError."""
    decoder = json.JSONDecoder()
    position = _next(text, 0)
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise ReportError(
                f"{name}:{error.lineno}: is no whole JSON ({error.msg}, column {error.colno}): "
                f"give it {SOURCES}"
            ) from None
        except RecursionError:
            raise ReportError(f"{name} is nested too deeply to be a preview") from None
        yield value
        position = _next(text, position)


def _next(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position
