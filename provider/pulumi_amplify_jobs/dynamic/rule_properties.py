"""Property bags of the engine as rules, and what rules match as property bags: pure functions.

Inputs are what is declared, and one that check computes: `matches`, the jobs that the rule matches,
each with what it is live and what it is brought to (`decisions`).
Outputs repeat both, and have in `settled` what the rule has done so far. Ages stand in lines of the
preview: no property can hold them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pulumi.runtime.rpc import unwrap_rpc_secret

from ..config.rule_loader import RULE_ARGUMENTS, DeclaredRule
from ..domain.jobs import DesiredJob, ObservedJob
from ..domain.plan import Update, changes_of, shown
from ..domain.rules import Aim, Matches
from ..domain.times import Doubt, duration, trusted_seconds, utc
from ..errors import one_line
from ..reconcile.rule_evaluation import bounded
from .decisions import Bag, created_of, move_of, present
from .properties import as_written

HISTORY = 100
"""Settled jobs that the state remembers, the newest first; all of a run, if those are more."""


def rule_inputs(bag: Mapping[str, Any]) -> Bag:
    """Return the declared part of inputs: no computed ones, nothing of the SDK's own."""
    plain = {field: as_written(unwrap_rpc_secret(bag.get(field))) for field in RULE_ARGUMENTS}
    return present(plain)


def left_out(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return why an input holds nothing where a value should be, by input.

    So do the outputs of a resource that `--target` or `--exclude` leave out before it was created.
    """
    return {
        field: f"{field}[{value.index(None)}] is an output of a resource that has not been created "
        "yet and is left out of this run by --target or --exclude: include it, too"
        for field, value in inputs.items()
        if isinstance(value, list) and None in value
    }


def checked_rule(declared: DeclaredRule, found: Matches) -> Bag:
    """Return the inputs with `matches`: what the rule is about to do, for all to see.

    Moments stand there, not ages: an age would be another one when a saved plan is carried out.
    Where nothing matches there is none, whatever an earlier run matched. So a plan that was made
    while the rule was not known refuses all matches, and takes a run without any.
    """
    matches = {
        job.key.id: {**present({"created": created_of(job)}), **_move(found.rule.aim, job)}
        for job in found.jobs
    }
    return {**declared.arguments, **({"matches": matches} if matches else {})}


def _move(aim: Aim, job: ObservedJob) -> Bag:
    wanted = DesiredJob(job.key, aim.operation, aim.status)
    return move_of(Update(tuple(changes_of(wanted, job)), previous=job))


def rule_changed(old_outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> bool:
    """Say whether the rule itself differs from what is recorded."""
    return rule_inputs(old_outputs) != rule_inputs(inputs)


def named_in(inputs: Mapping[str, Any]) -> frozenset[str]:
    """Return the jobs, as `app/environment/job`, that `matches` names."""
    matches = inputs.get("matches")
    return frozenset(matches) if isinstance(matches, Mapping) else frozenset()


def settled_entry(
    aim: Aim, before: ObservedJob, seconds: float, unsettled: str | None = None
) -> Bag:
    """Return how the history has one job that was written at a moment in epoch seconds.

    `unsettled` is why the job did not show what was written, if it did not.
    """
    written = {"job": before.key.id, **_move(aim, before), "time": utc(seconds)}
    return {**written, **present({"unsettled": unsettled})}


def history_of(outputs: Mapping[str, Any]) -> list[Bag]:
    """Return the history in a rule's outputs, without what was edited into it by hand."""
    settled = outputs.get("settled")
    return list(filter(_is_entry, settled)) if isinstance(settled, list) else []


def _is_entry(value: Any) -> bool:
    if not isinstance(value, Mapping) or not isinstance(value.get("from", {}), Mapping):
        return False
    return isinstance(value.get("job"), str) and isinstance(value.get("time"), str)


def rule_outputs(inputs: Mapping[str, Any], settled: Sequence[Bag], history: Iterable[Any]) -> Bag:
    """Return the outputs after a create or update that wrote `settled`."""
    whole = [*settled, *history][: max(HISTORY, len(settled))]
    outputs = {**rule_inputs(inputs), **present({"matches": inputs.get("matches")})}
    return {**outputs, "settled": whole}


def age_lines(found: Matches, now: float) -> list[str]:
    """Return a line for each job that the rule matches: how old it is, and how long idle."""
    aim = found.rule.aim
    wanted = ", ".join(filter(None, (aim.operation, aim.status)))
    lines = [
        f"matches {one_line(str(job.key), 200)}: {shown(job.operation)}, {shown(job.status)} "
        f"=> {wanted}{_ages(job, now)}"
        for job in found.jobs
    ]
    return bounded(lines)


def unknown_line(fields: Iterable[str]) -> str:
    """Return the warning about a rule of which some arguments are known only after an update."""
    return (
        f"{' and '.join(sorted(fields))} will be known only in the update, so what matches is "
        "not known yet. A plain up settles what it finds then; up --plan and up --strict refuse "
        "the rule if a job matches, and the next run shows and settles it"
    )


def _ages(job: ObservedJob, now: float) -> str:
    ages = []
    for text, words in ((job.create_time, "{} old"), (job.update_time, "idle for {}")):
        since = trusted_seconds(text, now)
        if not isinstance(since, Doubt):
            ages.append(words.format(duration(now - since)))
    return f", {', '.join(ages)}" if ages else ""
