"""What the engine wrote down of a run, as `pulumi preview --json` or as its event log.

The first is one document with steps and messages. The second has one JSON value a line, as
`--event-log` writes it, and `preview --json` under PULUMI_ENABLE_STREAMING_JSON_PREVIEW.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .values import items, mapping

NOT_FINAL = frozenset({"refresh", "read", "create-replacement", "delete-replaced"})
"""Steps that are no decision about a resource, or only a part of a replacement."""

DEEPEST = 100
"""Levels of a preview: a resource's own inputs may have some, its steps and events have few."""

COLOUR = re.compile(r"<\{%(?:reset|bold|underline|[fb]g \d+)%\}>")
"""What events have in a message for a colour, unless the CLI was told to use none (pulumi/pulumi,
sdk/go/common/diag/colors/colors.go)."""

URN = "urn:pulumi:"
"""What every URN begins with."""

CUT_OFF = "the event log is incomplete: the run was cut off, or is still going"


@dataclass(frozen=True)
class ResourceState:
    """A resource before or after a step."""

    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One step of the engine for a resource; `op` is the engine's word."""

    op: str
    urn: Urn | None
    old: ResourceState
    new: ResourceState


@dataclass(frozen=True)
class Note:
    """One message of a run, about a resource or about the whole (urn None)."""

    urn: Urn | None
    severity: str
    message: str


@dataclass(frozen=True)
class EngineRun:
    """A preview as the engine wrote it down."""

    steps: tuple[Step, ...]
    notes: tuple[Note, ...]
    config: Mapping[str, Any]
    """The stack's config; secrets are `[secret]`, mappings are JSON text."""
    flaw: str | None = None
    """Why this is not all of the run, or None."""


@dataclass(frozen=True)
class Urn:
    """What a resource's URN says: `urn:pulumi:<stack>::<project>::<type>::<name>`."""

    stack: str
    project: str
    kind: str
    """The last part of one of our types, such as BackendJob; else nothing."""
    name: str
    text: str
    """All of it, the types of parents too."""

    @classmethod
    def parse(cls, value: Any) -> Urn | None:
        """Return the parts, or None where it is no URN."""
        text = str(value)
        parts = text.split("::", 3)
        if len(parts) != 4 or not parts[0].startswith(URN):
            return None
        stack, project, kind, name = parts
        module, _, last = kind.rpartition("$")[2].rpartition(":")
        ours = module == "pulumi-python:dynamic/amplify"
        return cls(stack.removeprefix(URN), project, last if ours else "", name, text)


@dataclass(frozen=True)
class Steps:
    """What the engine did and would do about one resource."""

    refresh: Step | None
    """None where there was no refresh, or nothing to refresh."""
    final: Step | None
    """None where the source has no step for what stays the same."""

    @property
    def op(self) -> str:
        """The engine's word for what it would do."""
        return self.final.op if self.final else "same"

    @property
    def old(self) -> ResourceState:
        """The resource in the state, refreshed where that was done."""
        if self.final and self.final.op != "create":
            return self.final.old
        return self.refresh.new if self.refresh else ResourceState({}, {})

    @property
    def recorded(self) -> ResourceState:
        """The resource in the state before this run."""
        return self.refresh.old if self.refresh else self.old

    @property
    def declared(self) -> ResourceState:
        """The resource as the program declares it; what is recorded, where that stays."""
        return self.final.new if self.final and self.op != "delete" else self.old


def is_digest(value: Any) -> bool:
    """Say whether a JSON value is what `pulumi preview --json` writes."""
    return isinstance(value, dict) and "steps" in value and "changeSummary" in value


def run_of_digest(digest: Mapping[str, Any]) -> EngineRun:
    """Return the run of a document.

    It has no step for an unchanged resource, but a `refresh` step, where there was a refresh.
    """
    flaw = "the engine says that its preview may be corrupt" if digest.get("maybeCorrupt") else None
    return EngineRun(
        tuple(_step(mapping(each), "oldState", "newState") for each in items(digest.get("steps"))),
        tuple(_note(mapping(each)) for each in items(digest.get("diagnostics"))),
        mapping(digest.get("config")),
        flaw,
    )


def _step(step: Mapping[str, Any], old: str, new: str) -> Step:
    """Return one step; `old` and `new` are the keys of the states."""
    states = (
        ResourceState(mapping(found.get("inputs")), mapping(found.get("outputs")))
        for found in (mapping(step.get(key)) for key in (old, new))
    )
    return Step(str(step.get("op")), Urn.parse(step.get("urn")), *states)


def _note(value: Mapping[str, Any]) -> Note:
    message = f"{value.get('prefix') or ''}{value.get('message') or ''}"
    return Note(Urn.parse(value.get("urn")), str(value.get("severity")), COLOUR.sub("", message))


def is_event(value: Any) -> bool:
    """Say whether a JSON value is an event of the engine."""
    return isinstance(value, dict) and "sequence" in value and "timestamp" in value


def runs_in(events: Sequence[Mapping[str, Any]]) -> int:
    """Count the runs in a sequence of events: each begins its own numbers."""
    numbers = [each["sequence"] if isinstance(each["sequence"], int) else 0 for each in events]
    begun = sum(later <= earlier for earlier, later in pairwise(numbers))
    return begun + 1 if events else 0


def run_of_events(events: Sequence[Mapping[str, Any]]) -> EngineRun:
    """Return the run of an event log: what a step was to do, and what came of it."""
    # The last word counts: a step's outcome follows its beginning.
    steps = {(step.op, step.urn): step for step in _steps(events)}
    notes = [
        _note(mapping(each["diagnosticEvent"])) for each in events if "diagnosticEvent" in each
    ]
    config = {
        key: value
        for each in events
        for key, value in mapping(mapping(each.get("preludeEvent")).get("config")).items()
    }
    whole = any("summaryEvent" in each or "cancelEvent" in each for each in events)
    return EngineRun(tuple(steps.values()), tuple(notes), config, None if whole else CUT_OFF)


def _steps(events: Iterable[Mapping[str, Any]]) -> Iterator[Step]:
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            found = mapping(mapping(event.get(kind)).get("metadata"))
            if found:
                yield _step(found, "old", "new")
