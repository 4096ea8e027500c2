"""What the engine says of a run: its steps and its messages, whichever file tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .json_values import mapping

NOT_FINAL = frozenset({"refresh", "read", "create-replacement", "delete-replaced"})
"""Steps that are no decision about a resource, or only a part of a replacement."""


@dataclass(frozen=True)
class State:
    """A resource before or after a step."""

    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One step of the engine for a resource; `op` is the engine's word."""

    op: str
    urn: str
    old: State
    new: State


@dataclass(frozen=True)
class Note:
    """One message of a run, about a resource or about the whole (urn None)."""

    urn: str | None
    severity: str
    message: str


@dataclass(frozen=True)
class Run:
    """A preview as the engine wrote it down."""

    steps: tuple[Step, ...]
    notes: tuple[Note, ...]
    config: Mapping[str, Any]
    """The stack's config; secrets are `[secret]`, mappings are JSON text."""
    flaw: str | None = None
    """Why this is not all of the run, or None."""


def state_of(value: Any) -> State:
    """Return one state of a step; an absent one has no properties."""
    found = mapping(value)
    return State(mapping(found.get("inputs")), mapping(found.get("outputs")))


def note_of(value: Mapping[str, Any]) -> Note:
    """Return one message, with the engine's `error: ` or `debug: ` before it."""
    urn = value.get("urn")
    message = f"{value.get('prefix') or ''}{value.get('message') or ''}"
    return Note(str(urn) if urn else None, str(value.get("severity")), message)


@dataclass(frozen=True)
class Urn:
    """What a resource's URN says: `urn:pulumi:<stack>::<project>::<type>::<name>`."""

    stack: str
    project: str
    kind: str
    """The type's last part, such as BackendJob."""
    name: str

    @classmethod
    def parse(cls, urn: str) -> Urn | None:
        """Return the parts, or None where it is no URN."""
        parts = urn.split("::", 3)
        if len(parts) != 4 or not parts[0].startswith("urn:pulumi:"):
            return None
        stack, project, kind, name = parts
        module, _, last = kind.rpartition("$")[2].rpartition(":")
        ours = module == "pulumi-python:dynamic/amplify"
        return cls(stack.removeprefix("urn:pulumi:"), project, last if ours else "", name)
