"""A declared job of an engine's run: what its steps and computed inputs say will happen to it.

A preview has no detailed diff of a dynamic resource. What is live stands in the refreshed old state
and in the computed input `previous`, why a job is left alone in `skipped`. A refresh step shows in
`preview --json` what was recorded before; of a job that stays as it is, that is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..jobs import JobKey
from ..times import epoch_seconds
from .model import Action, Cell, ReportedJob
from .run import State, Step
from .values import SECRET, UNKNOWN, mapping, text

FIELDS = ("operation", "status")
OPTIONS = ("when", "if_missing", "wait", "latest")
KEY_FIELDS = ("app_id", "backend_environment_name", "job_id")
NOWHERE = State({}, {})


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
    def old(self) -> State:
        """The resource in the state, refreshed where that was done."""
        if self.final and self.final.op != "create":
            return self.final.old
        return self.refresh.new if self.refresh else NOWHERE

    @property
    def declared(self) -> State:
        """The resource as the program declares it; what is recorded, where that stays."""
        return self.final.new if self.final and self.op != "delete" else self.old


def declared_job(name: str, steps: Steps) -> ReportedJob:
    """Return what a run says of one declared job."""
    live = _live(steps)
    operation, status = (_cell(field, steps, live) for field in FIELDS)
    return ReportedJob(
        name=name,
        action=_action(steps),
        key=key_in(steps.declared),
        operation=operation,
        status=status,
        created=epoch_seconds(text(live.get("create_time"))),
        updated=epoch_seconds(text(live.get("update_time"))),
        reason=_reason(steps),
    )


def key_in(state: State) -> JobKey | None:
    """Return the job key that a resource has, or None where it has none."""
    app, environment, job = (text(_property(state, field)) for field in KEY_FIELDS)
    return JobKey(app, environment, job) if app and environment and job else None


def _property(state: State, field: str) -> Any:
    """Return a property of a resource: the input, or else the output of this name."""
    return state.inputs.get(field, state.outputs.get(field))


def _action(steps: Steps) -> Action:
    if steps.op == "delete":
        return "forget"
    if _property(steps.declared, "skipped") is not None:
        return "skipped"
    if steps.op == "same":
        return "unchanged"
    if _plans_a_change(steps):
        return "update"
    return "adopt" if steps.op in ("create", "replace") else "record"


def _plans_a_change(steps: Steps) -> bool:
    """Say whether a call is planned: `previous` is news then, and stays as it was otherwise."""
    previous = steps.declared.inputs.get("previous")
    if previous is None or steps.op in ("same", "delete"):
        return False
    return steps.op == "create" or previous != _property(steps.old, "previous")


def _live(steps: Steps) -> Mapping[str, Any]:
    """Return the live job as far as it is known: the service's fields, snake_case."""
    recorded = {} if steps.op in ("create", "replace") else steps.old.outputs
    if not _plans_a_change(steps):
        return recorded
    previous = mapping(steps.declared.inputs.get("previous"))
    return {**recorded, **{field: previous.get(field) for field in (*FIELDS, "update_time")}}


def _cell(field: str, steps: Steps, live: Mapping[str, Any]) -> Cell:
    shown = text(live.get(field))
    wanted = text(steps.declared.inputs.get(field))
    if wanted is None or _action(steps) in ("forget", "skipped", "unchanged"):
        return Cell(shown)
    if _plans_a_change(steps):
        return Cell(shown, wanted if wanted != shown else None)
    # No call is planned, so the live job is as declared; what is recorded of it may be older.
    return Cell(shown or wanted if wanted == SECRET else wanted)


def _reason(steps: Steps) -> str | None:
    action = _action(steps)
    if action == "unchanged":
        return None
    if action == "skipped":
        return text(_property(steps.declared, "skipped"))
    if action == "forget":
        return "no longer declared, stays as it is"
    if steps.declared.inputs.get("previous") == UNKNOWN:
        return "what becomes of it is known after up"
    if steps.op == "replace":
        return f"in place of {key_in(steps.old) or 'another job'}"
    if steps.op == "create":
        return "newly declared"
    if "unsettled" in steps.old.outputs:
        return "the last wait for it failed"
    return "its declaration changed" if _declaration_changed(steps) else "drifted"


def _declaration_changed(steps: Steps) -> bool:
    """Say whether what is declared now is not what was declared at the last update."""
    outputs = steps.old.outputs
    before = {**outputs, **dict.fromkeys(FIELDS), **mapping(outputs.get("declared"))}
    return any(before.get(each) != steps.declared.inputs.get(each) for each in FIELDS + OPTIONS)
