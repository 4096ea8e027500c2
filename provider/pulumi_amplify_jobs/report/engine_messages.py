"""What the engine's messages say, one line each, without the engine's frame."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import one_line
from .engine_run import Note, Run, Urn
from .json_values import SECRET
from .refusals import refusal_in

LONGEST = 1000
"""Characters of one message."""

CHECK_FAILED = re.compile(
    r"^\S+ resource '.*?': (?:property \S+ value \{.*?\} )?has a problem: ", re.DOTALL
)
"""How the engine frames a failed check (pulumi/pulumi, pkg/resource/deploy/step_generator.go)."""

HIDDEN_VALUE = " value {&{"
"""How the engine's frame shows a property whose value is secret: in the clear."""

HIDDEN = "its config is secret, so the reason stands in the engine's own output only"

CONSEQUENCES = (
    "an unhandled error occurred: program exited with non-zero exit code",
    "preview failed",
    "update failed",
)
"""What the engine adds where something else was told as the reason."""


def problem_of(note: Note, secret_names: frozenset[str]) -> str:
    """Return an error's reason in one line; nothing of a job whose config is secret."""
    urn = Urn.parse(note.urn or "")
    if HIDDEN_VALUE in note.message or (urn and urn.name in secret_names):
        return HIDDEN
    message = note.message.strip().removeprefix("error: ")
    refusal = refusal_in(message)
    if refusal is not None:
        return refusal.reason
    return one_line(CHECK_FAILED.sub("", message, count=1), LONGEST)


def errors_in(run: Run) -> Iterator[Note]:
    """Yield the errors of a run, without those that only follow from another."""
    errors = [note for note in run.notes if note.severity == "error"]
    causes = [note for note in errors if not _follows(note)]
    yield from dict.fromkeys(causes or errors)


def _follows(note: Note) -> bool:
    return note.message.strip().removeprefix("error: ").startswith(CONSEQUENCES)


def secret_names(config: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the jobs whose config has a secret in it."""
    jobs = _parsed(config.get("amplify-jobs:jobs"))
    if not isinstance(jobs, dict):
        return frozenset()
    everything = SECRET in str(config.get("amplify-jobs:defaults"))
    return frozenset(
        name for name, given in jobs.items() if everything or SECRET in json.dumps(given)
    )


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return None
