"""Recorded states in the testing host."""

from __future__ import annotations

from typing import Any

from pulumi_amplify_jobs.testing.resources import Goal, Resource

COMPUTED = {"created", "previous", "changes", "skipped", "matches", "plan"}
"""Inputs that the check of some release put beside the declared ones."""


def resource(state: dict[str, Any]) -> Resource:
    """Return a resource of the state as the host has it."""
    inputs = state.get("inputs", {})
    declared = {key: value for key, value in inputs.items() if key not in COMPUTED}
    errors = tuple(state.get("initErrors", ()))
    goal = Goal(state["urn"], declared, custom=state["custom"])
    return Resource(
        state["urn"], state.get("id", ""), inputs, state.get("outputs", {}), goal, errors
    )
