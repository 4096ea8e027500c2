"""A declared job of an engine's run: what its steps and computed inputs say will happen to it.

A preview has no detailed diff of a dynamic resource. What is live stands in the refreshed old state
and in the computed input `previous`, when an adopted job was created in `created`, why one is left
alone in `skipped`. A refresh step shows in `preview --json` what was recorded before; of a job that
stays as it is, that is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..jobs import JobKey
from ..times import epoch_seconds, seconds_of
from .model import Action, Cell, ReportedJob
from .moments import believed
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
    def recorded(self) -> State:
        """The resource in the state before this run."""
        return self.refresh.old if self.refresh else self.old

    @property
    def declared(self) -> State:
        """The resource as the program declares it; what is recorded, where that stays."""
        return self.final.new if self.final and self.op != "delete" else self.old


def declared_job(name: str, steps: Steps) -> ReportedJob:
    """Return what a run says of one declared job."""
    live = _live(steps)
    operation, status = (_cell(field, steps, live) for field in FIELDS)
    times = believed(_seconds(live.get("create_time")), _seconds(live.get("update_time")))
    return ReportedJob(
        name=name,
        action=_action(steps),
        key=key_in(steps.declared),
        operation=operation,
        status=status,
        created=times[0],
        updated=times[1],
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
    """Say whether a call is planned: check gave `changes` another number then.

    Previews of earlier releases don't have it; their `previous` is news then. What is created or
    replaced had neither before.
    """
    inputs = steps.declared.inputs
    told = "changes" if inputs.get("changes") is not None else "previous"
    if inputs.get(told) is None or steps.op in ("same", "delete"):
        return False
    return steps.op in ("create", "replace") or inputs[told] != _property(steps.old, told)


def _live(steps: Steps) -> Mapping[str, Any]:
    """Return the live job as far as it is known: the service's fields, snake_case."""
    if steps.op in ("create", "replace"):
        recorded: Mapping[str, Any] = {"create_time": steps.declared.inputs.get("created")}
    else:
        recorded = steps.old.outputs
    if not _plans_a_change(steps):
        return recorded
    previous = steps.declared.inputs.get("previous")
    if text(previous) == SECRET:
        return {**recorded, **dict.fromkeys(FIELDS, SECRET)}
    told = mapping(previous)
    return {**recorded, **{field: told.get(field) for field in (*FIELDS, "update_time")}}


def _cell(field: str, steps: Steps, live: Mapping[str, Any]) -> Cell:
    shown = text(live.get(field))
    wanted = text(steps.declared.inputs.get(field))
    if wanted is None or _action(steps) in ("forget", "skipped", "unchanged"):
        return Cell(shown)
    if _plans_a_change(steps):
        return Cell(shown, wanted if wanted != shown or wanted == SECRET else None)
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
    if _declaration_changed(steps):
        return "its declaration changed"
    if _is_hidden(steps) and not _touched(steps):
        return "drifted, or its secret declaration changed"
    return "drifted"


def _declaration_changed(steps: Steps) -> bool:
    """Say whether what is declared now is not what was declared at the last update.

    Of what is secret nobody who reads a preview can say it.
    """
    outputs = steps.old.outputs
    before = {**outputs, **dict.fromkeys(FIELDS), **mapping(outputs.get("declared"))}
    return any(
        before.get(each) != steps.declared.inputs.get(each)
        for each in FIELDS + OPTIONS
        if each in OPTIONS or not _is_hidden(steps)
    )


def _is_hidden(steps: Steps) -> bool:
    """Say whether the operation or status that was declared before is secret."""
    declared = steps.old.outputs.get("declared")
    hidden = {text(value) for value in mapping(declared).values()}
    return text(declared) == SECRET or SECRET in hidden


def _touched(steps: Steps) -> bool:
    """Say whether the service updated the job since it was recorded."""
    recorded = _seconds(steps.recorded.outputs.get("update_time"))
    live = _seconds(_live(steps).get("update_time"))
    return None not in (recorded, live) and int(recorded or 0) != int(live or 0)


def _seconds(value: Any) -> float | None:
    """Return a time of the service, or a moment as check writes it, as epoch seconds."""
    moment = text(value)
    seconds = epoch_seconds(moment)
    return seconds_of(moment) if seconds is None else seconds
