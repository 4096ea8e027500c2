"""Property bags of the engine as declarations, and live jobs as property bags: pure functions.

Inputs are what is declared, and what check computes: `plan`, the decision about the job
(`decisions`), and `created`, when an adopted job was. Outputs have the live job in `operation` and
`status`; what was declared of these stands in `declared`, as read is handed the outputs only.
`skipped` is why the job was left alone, and `plan` and `settled` describe the last write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from pulumi.runtime import rpc
from pulumi.runtime.rpc import unwrap_rpc_secret

from ..config.loader import JOB_ARGUMENTS, read_arguments
from ..domain.jobs import DesiredJob, ObservedJob
from ..domain.keys import KEY_FIELDS, JobKey
from ..domain.plan import FIELDS, Missing, Nothing, Plan, Settled, Skipped, Update, plan, progress
from ..domain.times import utc
from ..reconcile.job import Outcome
from ..spelling import camel, snake
from .decisions import Bag, created_of, last_write, left_alone, moment, plan_of, present
from .secret_values import SECRET

LATEST = "latest"
"""What stood in place of the job's ID, once the ID was found: computed, and kept."""
DECLARED_FIELDS = (*JOB_ARGUMENTS, LATEST, SECRET)
LIVE_FIELDS = tuple(each.name for each in fields(ObservedJob) if each.name != "key")
MAPPINGS = ("declared", "plan")
TEXTS = frozenset((*KEY_FIELDS, *LIVE_FIELDS, "settled", "unsettled", "skipped"))


@dataclass(frozen=True)
class Declaration:
    """What the inputs declare: a job, or None where they are wrong or not all known yet."""

    desired: DesiredJob | None
    failures: tuple[tuple[str, str], ...] = ()
    """(input property, reason) for each thing that is wrong."""


def recorded_of(bag: Mapping[str, Any]) -> Bag:
    """Return a bag without what the SDK keeps there for itself."""
    return {field: value for field, value in bag.items() if not field.startswith("__")}


def sound(outputs: Mapping[str, Any], resource_id: str) -> Bag:
    """Return outputs without what this package never recorded: a state can be edited by hand.

    What is left out is recorded anew. The parts of the key are in the ID, too.
    """
    kept = {field: value for field, value in outputs.items() if not _is_odd(field, value)}
    try:
        key = JobKey.parse(resource_id)
    except ValueError:
        return kept
    return {**dict(zip(KEY_FIELDS, key.parts, strict=True)), **kept}


def _is_odd(field: str, value: Any) -> bool:
    if field in MAPPINGS:
        return not isinstance(value, Mapping)
    return field in TEXTS and not isinstance(unwrap_rpc_secret(value), str)


def declared_of(bag: Mapping[str, Any]) -> Bag:
    """Return the declared part of inputs: no computed ones, nothing of the SDK's own.

    The engine sends plain values, as the SDK's plugin asks it to; a secret is unwrapped.
    """
    plain = {field: unwrap_rpc_secret(bag.get(field)) for field in DECLARED_FIELDS}
    return present(plain)


def read_declaration(
    inputs: Mapping[str, Any], unknown: frozenset[str], names: Mapping[JobKey, str]
) -> Declaration:
    """Validate declared inputs, `unknown` being those whose value is known only in an update.

    `names` has the names of jobs by key, as far as the stack config declares them.
    """
    known = {
        camel(field): as_written(value)
        for field, value in inputs.items()
        if field not in unknown and field not in (LATEST, SECRET)
    }
    desired, problems = read_arguments(known, frozenset(map(camel, unknown)), names)
    failures = tuple((snake(path), message) for path, message in problems)
    return Declaration(desired, failures)


def checked_inputs(
    declared: Bag, old_inputs: Mapping[str, Any], decision: Plan, observed: ObservedJob | None
) -> Bag:
    """Return the inputs with the computed ones: what is decided about the job, for all to see.

    `observed` is the job as it was read.
    """
    created = old_inputs.get("created") if old_inputs else created_of(observed)
    plan = plan_of(decision, adopts=not old_inputs)
    return {**declared, **present({"created": created}), "plan": plan}


def unknown_computed(old_inputs: Mapping[str, Any]) -> Bag:
    """Return the computed inputs of a job that only the update will know.

    What is unknown in a saved plan may be anything later: left out, it would have to stay absent.
    """
    created = old_inputs.get("created") if old_inputs else rpc.UNKNOWN
    return present({"plan": rpc.UNKNOWN, "created": created})


def outputs_of(
    inputs: Mapping[str, Any], outcome: Outcome, old_outputs: Mapping[str, Any] | None = None
) -> Bag:
    """Return the outputs after a create or update of a job that had the old outputs."""
    declared = declared_of(inputs)
    outputs = {**_recorded(declared), **_live_outputs(declared, outcome.observed)}
    if isinstance(outcome.decision, Skipped):
        outputs["skipped"] = outcome.decision.reason
    if outcome.written is None:
        outputs.update(last_write(old_outputs or {}))
    else:
        outputs.update(plan=plan_of(outcome.decision), settled=utc(outcome.written))
    if outcome.unsettled is not None:
        outputs["unsettled"] = outcome.unsettled
    return outputs


def recorded_job(key: JobKey, outputs: Mapping[str, Any]) -> ObservedJob:
    """Return the live job as outputs record it."""
    return ObservedJob(key, **{field: outputs.get(field) or None for field in LIVE_FIELDS})


def declared_in(outputs: Mapping[str, Any]) -> Bag:
    """Return what was declared last, from the outputs that record it.

    Falls back on the bag itself: read is handed the inputs where there are no outputs yet.
    """
    bag = declared_of(outputs)
    wanted = outputs.get("declared")
    if isinstance(wanted, Mapping):
        for field in FIELDS:
            bag.pop(field, None)
        bag.update(present({field: wanted.get(field) for field in FIELDS}))
    return bag


def refreshed(
    old_outputs: Mapping[str, Any], desired: DesiredJob, observed: ObservedJob | None
) -> tuple[Bag, Bag]:
    """Return (outputs, inputs) after a read.

    The inputs are what was declared last, with the live values of the declared fields in place of
    the wanted ones: drift then is a precise diff, and an undeclared field never is one. A job that
    is left alone keeps the wanted values: nothing about it is a change to make.
    """
    declared = declared_in(old_outputs)
    unsettled = old_outputs.get("unsettled")
    news = {*LIVE_FIELDS, "unsettled"}
    kept = {key: value for key, value in recorded_of(old_outputs).items() if key not in news}
    outputs = {**kept, **_recorded(declared), **_live_outputs(declared, observed)}
    if unsettled is not None and not isinstance(progress(desired, observed), Settled):
        outputs["unsettled"] = unsettled
    if isinstance(plan(desired, observed), Skipped):
        return outputs, wanted_inputs(old_outputs)
    live = _live(observed)
    inputs = {field: value for field, value in declared.items() if field not in FIELDS}
    inputs.update({field: live[field] for field in FIELDS if field in declared and field in live})
    return outputs, {**inputs, **_computed_in(old_outputs)}


def wanted_inputs(outputs: Mapping[str, Any]) -> Bag:
    """Return the inputs that the state has for a job that is as declared, or is left alone."""
    return {**declared_in(outputs), **_computed_in(outputs)}


def config_changed(
    old_outputs: Mapping[str, Any], inputs: Mapping[str, Any], ignored: frozenset[str]
) -> bool:
    """Say whether anything recorded differs from what is declared now, call or no call.

    `ignored` are declared fields that Pulumi is to ignore.
    """
    recorded, declared = declared_in(old_outputs), declared_of(inputs)
    for field in ignored:
        recorded.pop(field, None)
        declared.pop(field, None)
    return recorded != declared or old_outputs.get("unsettled") is not None


def is_to_do(old_outputs: Mapping[str, Any], decision: Plan) -> bool:
    """Say whether a decision is news: a write, or another reason to leave the job alone."""
    if isinstance(decision, Update | Missing):
        return True
    reason = decision.reason if isinstance(decision, Skipped) else None
    recorded: str | None = old_outputs.get("skipped")
    return recorded != reason


def ignored_fields(paths: Iterable[str]) -> frozenset[str]:
    """Return which of operation and status the paths of `ignore_changes` mean.

    Pulumi writes a property as `status` or `["status"]`, and any as `*` (sdk/go/property).
    """
    roots = {path.removeprefix('["').removesuffix('"]') for path in paths}
    everything = "*" in roots or "[*]" in roots
    return frozenset(FIELDS if everything else roots.intersection(FIELDS))


def replaced_fields(old_outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> list[str]:
    """Return the parts of the job key that differ: another key is another resource."""
    return [field for field in KEY_FIELDS if old_outputs.get(field) != inputs.get(field)]


def id_of(bag: Mapping[str, Any]) -> str:
    """Return the resource ID of the job that a bag names."""
    return JobKey(*(str(bag.get(field)) for field in KEY_FIELDS)).id


def as_written(value: Any) -> Any:
    """Return whole numbers as such: on the engine's wire every number is a float."""
    if isinstance(value, list):
        return [as_written(item) for item in value]
    if isinstance(value, Mapping):
        return {key: as_written(item) for key, item in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _computed_in(outputs: Mapping[str, Any]) -> Bag:
    """Return the computed inputs of a job that nothing is planned for: a refresh plans nothing.

    A reason that may repeat a secret is left out: the engine hides what a program marks, and what
    was hidden in the state. In one of an earlier release no reason stood here.
    """
    skipped = outputs.get("skipped")
    reason = None if outputs.get(SECRET) else skipped
    planned = plan_of(Nothing()) if skipped is None else left_alone(reason)
    return present({"plan": planned, "created": moment(outputs.get("create_time"))})


def _recorded(declared: Mapping[str, Any]) -> Bag:
    bag = {field: value for field, value in declared.items() if field not in FIELDS}
    bag["declared"] = {field: declared[field] for field in FIELDS if field in declared}
    return bag


def _live_outputs(declared: Mapping[str, Any], observed: ObservedJob | None) -> Bag:
    """Return the live job; a declared field that it lacks is empty text.

    Left out, the SDK would show a program the wanted value in its place.
    """
    return {**{field: "" for field in FIELDS if field in declared}, **_live(observed)}


def _live(observed: ObservedJob | None) -> Bag:
    if observed is None:
        return {}
    return present({field: getattr(observed, field) for field in LIVE_FIELDS})
