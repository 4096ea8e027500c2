"""What a run of the testing host planned or did, on the screen."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from pulumi_amplify_jobs.testing import Result, Step

from . import screen

SIGNS = {"create": "+", "update": "~", "replace": "+-", "delete": "-", "same": " "}


def show(result: Result) -> None:
    """Print the steps, with what changes in them, and how many there are of each kind."""
    for name, step in sorted(result.steps.items()):
        screen.say(f"{SIGNS[step.operation]:>2} {name}: {step.operation}")
        for line in _details(step):
            screen.say(f"      {line}")
    counts = Counter(step.operation for step in result.steps.values())
    screen.say("")
    screen.say(
        "   " + ", ".join(f"{count} {operation}" for operation, count in sorted(counts.items()))
    )


def _details(step: Step) -> list[str]:
    if step.operation == "create":
        return [f"{name:25}: {_text(value)}" for name, value in sorted(step.inputs.items())]
    if step.operation in ("update", "replace"):
        return [f"~ {name:23}: {_change(*pair)}" for name, pair in step.diff.items()]
    return []


def _change(before: Any, after: Any) -> str:
    return f"{_text(before)} => {_text(after)}"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{key}: {_text(item)}" for key, item in sorted(value.items())) + " }"
        )
    return "absent" if value is None else json.dumps(value)
