"""The jobs of an engine's run: what their steps and computed inputs say will happen to them.

What check decided stands in a job's input `plan` (`dynamic.decisions`), when an adopted job was
created in `created`, and what a rule matches in its `matches`. What becomes of the state is the
engine's own word for the step. A preview has no detailed diff of a dynamic resource; a refresh step
shows in `preview --json` what was recorded before; of a job that stays as it is, that is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..domain.keys import KEY_FIELDS, JobKey
from ..domain.plan import FIELDS
from ..domain.times import epoch_seconds, seconds_of
from .engine_run import ResourceState, Steps
from .last_release import match_before, plan_before
from .model import Action, Cell, ReportedJob, believed
from .values import SECRET, UNKNOWN, has_unknown, key_of, mapping, text

OPTIONS = ("when", "if_missing", "wait", "latest")


def declared_job(name: str, steps: Steps) -> ReportedJob:
    """Return what a run says of one declared job."""
    plan = _plan(steps)
    action = _action(steps, plan)
    live = _live(steps, plan) if action == "update" else _recorded(steps)
    operation, status = (_cell(field, steps, action, live, plan) for field in FIELDS)
    times = believed(seconds(live.get("create_time")), seconds(live.get("update_time")))
    return ReportedJob(
        name=name,
        action=action,
        key=key_in(steps.declared),
        operation=operation,
        status=status,
        created=times[0],
        updated=times[1],
        reason=_reason(steps, action, plan),
        target=target_in(steps.declared),
    )


def key_in(state: ResourceState) -> JobKey | None:
    """Return the job key that a resource has, or None where it has none."""
    return key_of(state.inputs.get(field, state.outputs.get(field)) for field in KEY_FIELDS)


def is_unread(steps: Steps) -> bool:
    """Say whether the check could not read what the resource is about, and says so in `plan`."""
    return mapping(steps.declared.inputs.get("plan")).get("action") == "error"


def target_in(state: ResourceState) -> str:
    """Return the target of a resource, by name; empty where it has none."""
    target = state.inputs.get("target", state.outputs.get("target"))
    return text(mapping(target).get("name") if isinstance(target, Mapping) else target) or ""


def move_cell(move: Mapping[str, Any], field: str, *, is_set: bool) -> Cell:
    """Return a field of a job that is moved `from` something `to` something.

    Where these are secret, a field that `is_set` may change.
    """
    before, after = move.get("from"), move.get("to")
    live = SECRET if text(before) == SECRET else text(mapping(before).get(field))
    hidden = SECRET if text(after) == SECRET and is_set else None
    return Cell(live, hidden or text(mapping(after).get(field)))


def seconds(value: Any) -> float | None:
    """Return a time of the service, or a moment as check writes it, as epoch seconds."""
    moment = text(value)
    since = epoch_seconds(moment)
    return seconds_of(moment) if since is None else since


def _plan(steps: Steps) -> Mapping[str, Any]:
    """Return what check decided; the action is UNKNOWN where it can't say yet."""
    inputs = steps.declared.inputs
    plan = inputs.get("plan")
    if plan is None:
        plan = plan_before(steps)
    if text(plan):
        # Also where it is secret: of a plan that is known, only parts are.
        return {"action": UNKNOWN, "to": {field: inputs.get(field) for field in FIELDS}}
    return mapping(plan)


def _action(steps: Steps, plan: Mapping[str, Any]) -> Action:
    if steps.op == "delete":
        return "forget"
    decided = plan.get("action")
    if decided in ("skipped", "error"):
        return "skipped" if decided == "skipped" else "error"
    if steps.op == "same":
        return "unchanged"
    if decided in ("update", UNKNOWN):
        return "update"
    return "adopt" if steps.op in ("create", "replace") else "record"


def _recorded(steps: Steps) -> Mapping[str, Any]:
    """Return the live job as far as the state has it: the service's fields, snake_case."""
    if steps.op in ("create", "replace"):
        return {"create_time": steps.declared.inputs.get("created")}
    return steps.old.outputs


def _live(steps: Steps, plan: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the live job that is to be updated."""
    before = plan.get("from")
    if text(before) == SECRET:
        return _recorded(steps)  # refreshed, where that was done
    return {**_recorded(steps), "update_time": mapping(before).get("updated")}


def _cell(
    field: str, steps: Steps, action: Action, live: Mapping[str, Any], plan: Mapping[str, Any]
) -> Cell:
    wanted = text(steps.declared.inputs.get(field))
    if action == "update":
        return move_cell(plan, field, is_set=wanted is not None)
    shown = text(live.get(field))
    if wanted is None or action in ("error", "forget", "skipped", "unchanged"):
        return Cell(shown)
    # No call is planned, so the live job is as declared; what is recorded of it may be older.
    return Cell(shown or wanted if wanted == SECRET else wanted)


def _reason(steps: Steps, action: Action, plan: Mapping[str, Any]) -> str | None:
    if action == "unchanged":
        return None
    if action in ("skipped", "error"):
        return text(plan.get("reason"))
    if action == "forget":
        return "no longer declared, stays as it is"
    if plan.get("action") == UNKNOWN:
        return "the outcome is known after up"
    if steps.op == "replace":
        return f"in place of {key_in(steps.old) or 'another job'}"
    if steps.op == "create":
        return "newly declared"
    if "unsettled" in steps.old.outputs:
        return "the last wait for it failed"
    if _declaration_changed(steps):
        return "its declaration changed"
    if _is_hidden(steps) and not _touched(steps, plan):
        return "drifted, or its secret declaration changed"
    return "drifted"


def _declaration_changed(steps: Steps) -> bool:
    """Say whether what is declared now is not what was declared at the last update.

    Of what is secret nobody who reads a preview can say it.
    """
    outputs = steps.old.outputs
    declared = mapping(outputs.get("declared"))
    wanted: dict[str, Any] = {field: declared.get(field) for field in FIELDS}
    before = {**outputs, **wanted}
    return any(
        before.get(each) != steps.declared.inputs.get(each)
        for each in (*FIELDS, *OPTIONS)
        if each in OPTIONS or not _is_hidden(steps)
    )


def _is_hidden(steps: Steps) -> bool:
    """Say whether the operation or status that was declared before is secret."""
    declared = steps.old.outputs.get("declared")
    hidden = {text(value) for value in mapping(declared).values()}
    return text(declared) == SECRET or SECRET in hidden


def _touched(steps: Steps, plan: Mapping[str, Any]) -> bool:
    """Say whether the service updated the job since it was recorded."""
    recorded = seconds(steps.recorded.outputs.get("update_time"))
    live = seconds(_live(steps, plan).get("update_time"))
    return None not in (recorded, live) and int(recorded or 0) != int(live or 0)


def matched_jobs(name: str, steps: Steps) -> list[ReportedJob]:
    """Return what a run says of one rule: each job that it matches, or what becomes of the rule."""
    if steps.op == "same":
        return []
    target = target_in(steps.declared)
    if steps.op == "delete":
        reason = "the rule is no longer declared"
        return [ReportedJob(name, "forget", reason=reason, by_rule=True, target=target)]
    inputs = steps.declared.inputs
    if is_unread(steps):
        why = text(mapping(inputs.get("plan")).get("reason"))
        return [ReportedJob(name, "error", reason=why, by_rule=True, target=target)]
    aim = mapping(inputs.get("set"))
    matches = mapping(inputs.get("matches"))
    if matches:
        found = [_matching(name, key, _match(value, aim)) for key, value in matches.items()]
        return [replace(each, target=target) for each in found]
    reason = "a new rule" if steps.op == "create" else "the rule changed"
    known = "what matches is known after up" if has_unknown(inputs) else "no job matches"
    return [ReportedJob(name, "record", reason=f"{reason}; {known}", by_rule=True, target=target)]


def _match(value: Any, aim: Mapping[str, Any]) -> Mapping[str, Any]:
    return match_before(value, aim) if isinstance(value, str) else mapping(value)


def _matching(rule: str, key: str, match: Mapping[str, Any]) -> ReportedJob:
    """Return one matching job; `match` is what check writes of it (`dynamic.decisions`)."""
    times = (match.get("created"), mapping(match.get("from")).get("updated"))
    created, updated = believed(*map(seconds, times))
    return ReportedJob(
        name=rule,
        action="update",
        key=_parsed(key),
        operation=move_cell(match, "operation", is_set=False),
        status=move_cell(match, "status", is_set=False),
        created=created,
        updated=updated,
        reason="matched by the rule",
        by_rule=True,
    )


def _parsed(key: str) -> JobKey | None:
    try:
        return JobKey.parse(key)
    except ValueError:
        return None  # written by an earlier release, for a job with a / in its name
