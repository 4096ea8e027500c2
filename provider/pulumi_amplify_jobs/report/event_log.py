"""The engine's event log: one JSON value a line, as `--event-log` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from .engine_run import Run, Step, note_of, state_of
from .json_values import mapping

CUT_OFF = "the event log has no end: the run was cut off, or is not over"


def is_event(value: Any) -> bool:
    """Say whether a JSON value is an event of the engine."""
    return isinstance(value, dict) and "sequence" in value and "timestamp" in value


def runs_in(events: Sequence[Mapping[str, Any]]) -> int:
    """Count the runs that events tell, one after another: each begins its own sequence."""
    numbers = [each["sequence"] if isinstance(each["sequence"], int) else 0 for each in events]
    begun = sum(later <= earlier for earlier, later in pairwise(numbers))
    return begun + 1 if events else 0


def run_of_events(events: Sequence[Mapping[str, Any]]) -> Run:
    """Return the run that events tell: what a step was to do, and what came of it."""
    # The last word counts: a step's outcome follows its beginning.
    steps = {(step.op, step.urn): step for step in _steps(events)}
    notes = [
        note_of(mapping(each["diagnosticEvent"])) for each in events if "diagnosticEvent" in each
    ]
    config = {
        key: value
        for each in events
        for key, value in mapping(mapping(each.get("preludeEvent")).get("config")).items()
    }
    whole = any("summaryEvent" in each or "cancelEvent" in each for each in events)
    return Run(tuple(steps.values()), tuple(notes), config, None if whole else CUT_OFF)


def _steps(events: Iterable[Mapping[str, Any]]) -> Iterable[Step]:
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            found = mapping(mapping(event.get(kind)).get("metadata"))
            if found:
                old, new = state_of(found.get("old")), state_of(found.get("new"))
                yield Step(str(found.get("op")), str(found.get("urn")), old, new)
