"""`pulumi preview --json`: one document with the steps and messages of a preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .engine_run import Run, Step, note_of, state_of
from .json_values import items, mapping


def is_digest(value: Any) -> bool:
    """Say whether a JSON value is such a document."""
    return isinstance(value, dict) and "steps" in value and "changeSummary" in value


def run_of_digest(digest: Mapping[str, Any]) -> Run:
    """Return the run that a document tells.

    It has no step for an unchanged resource, but a `refresh` step, where there was a refresh.
    """
    flaw = "the engine says that its preview may be corrupt" if digest.get("maybeCorrupt") else None
    return Run(
        tuple(_step(mapping(each)) for each in items(digest.get("steps"))),
        tuple(note_of(mapping(each)) for each in items(digest.get("diagnostics"))),
        mapping(digest.get("config")),
        flaw,
    )


def _step(step: Mapping[str, Any]) -> Step:
    op, urn = str(step.get("op")), str(step.get("urn"))
    return Step(op, urn, state_of(step.get("oldState")), state_of(step.get("newState")))
