"""Previews as the engine writes them of what check decided: steps of jobs and rules."""

from __future__ import annotations

import json
from typing import Any

APP = "d2abcdefgh1234"
TYPE = "urn:pulumi:dev::ops::pulumi-python:dynamic/amplify"
UPDATED = "2026-11-24T07:00:00Z"

Bag = dict[str, Any]


def update(to: Bag | None = None, **live: str) -> Bag:
    """Return the plan that moves a stuck job, or one that is live as said, to FAILED."""
    live = live or {"operation": "UpdateBackendAPI", "status": "RUNNING"}
    return {"action": "update", "from": live, "to": to or {"status": "FAILED"}}


def job_step(op: str, plan: Any, *, old_plan: Any = None, name: str = "push", **inputs: Any) -> Bag:
    """Return a step of a job that is declared FAILED; the state has it as declared and settled."""
    key = {"app_id": APP, "backend_environment_name": "prod", "job_id": "1"}
    declared = {**key, "status": "FAILED", **inputs}
    recorded = {
        "inputs": {**declared, "plan": old_plan},
        "outputs": {
            **key,
            "operation": "UpdateBackendAPI",
            "status": "FAILED",
            "declared": {"status": "FAILED"},
        },
    }
    return _step("BackendJob", op, name, recorded, {"inputs": {**declared, "plan": plan}})


def rule_step(matches: Any, *, op: str = "update", **inputs: Any) -> Bag:
    """Return a step of a rule that claims these jobs."""
    declared = {"apps": ["*"], "set": {"status": "FAILED"}, **inputs}
    new = {"inputs": {**declared, **({"matches": matches} if matches else {})}}
    return _step("BackendJobRule", op, "stuck", {"inputs": declared}, new)


def preview(*steps: Bag, **keys: Any) -> str:
    """Return a preview as `pulumi preview --json` writes it."""
    return json.dumps({"steps": steps, "changeSummary": {}, "config": {}, **keys})


def _step(kind: str, op: str, name: str, old: Any, new: Any) -> Bag:
    states = {"oldState": None if op == "create" else old, "newState": new}
    return {"op": op, "urn": f"{TYPE}:{kind}::{name}", **states}
