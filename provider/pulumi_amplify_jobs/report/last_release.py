"""Previews of the release before `plan`, read as those of this one.

It had the live job before a change in the input `previous`, the number of changes so far in
`changes`, why a job is left alone in `skipped`, and a sentence for each job of a rule in `matches`:
`UpdateBackendAPI RUNNING => FAILED (created 2025-11-24T00:00:00Z, updated 2025-11-24T00:00:00Z)`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..domain.plan import FIELDS
from .engine_run import Steps
from .values import SECRET, UNKNOWN, mapping, text

TIMES = re.compile(r" \((?:created (?P<created>\S+))?(?:, )?(?:updated (?P<updated>\S+))?\)$")


def plan_before(steps: Steps) -> Mapping[str, Any] | str:
    """Return what check decided about a job, as `plan` has it; UNKNOWN where it can't say yet."""
    inputs = steps.declared.inputs
    skipped = inputs.get("skipped", steps.declared.outputs.get("skipped"))
    if skipped is not None:
        return {"action": "skipped", "reason": skipped}
    previous = inputs.get("previous")
    if previous == UNKNOWN:
        return UNKNOWN
    if not _planned_a_change(steps):
        return {"action": "nothing"}
    live = mapping(previous)
    wanted = {field: inputs.get(field) for field in FIELDS}
    to = {
        field: value
        for field, value in wanted.items()
        if text(value) == SECRET or value != live.get(field)
    }
    before = previous if text(previous) == SECRET else {**live, "updated": live.get("update_time")}
    return {"action": "update", "from": before, "to": to}


def _planned_a_change(steps: Steps) -> bool:
    """Say whether a call is planned: `changes` is another number then, or `previous` is news.

    What is created or replaced had neither before.
    """
    inputs, old = steps.declared.inputs, steps.old
    sign = "changes" if inputs.get("changes") is not None else "previous"
    if inputs.get(sign) is None or steps.op in ("same", "delete"):
        return False
    before = old.inputs.get(sign, old.outputs.get(sign))
    return steps.op in ("create", "replace") or inputs[sign] != before


def match_before(sentence: str, aim: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a sentence in `matches` says of one job; `aim` is the rule's `set`."""
    times = TIMES.search(sentence)
    moves = sentence[: times.start()] if times else sentence
    before, after = _moves(moves, text(aim.get("operation")), text(aim.get("status")))
    created, updated = (times["created"], times["updated"]) if times else (None, None)
    live = {name: value for name, value in before.items() if value not in ("", "absent")}
    return {"created": created, "from": {**live, "updated": updated}, "to": after}


def _moves(
    moves: str, operation: str | None, status: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the live fields and the wanted ones out of `UpdateBackendAPI RUNNING => FAILED`.

    A field that the rule sets stands there only where it differs; an operation that it does not
    set stands in front.
    """
    before, arrow, wanted = moves.rpartition(" => ")
    if not arrow:
        return {}, {}
    if operation is None:
        live_operation, _, live_status = before.rpartition(" ")
        return {"operation": live_operation, "status": live_status}, {"status": wanted}
    if status is None:
        return {"operation": before}, {"operation": wanted}
    live, both, live_status = before.partition(f" => {operation}, ")
    if both:
        after = {"operation": operation, "status": status}
        return {"operation": live, "status": live_status}, after
    if wanted == operation:
        return {"operation": before, "status": status}, {"operation": operation}
    return {"operation": operation, "status": before}, {"status": wanted}
