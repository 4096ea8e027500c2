"""The plan of a stack's rules: every job that one of them claims, an error hides no other rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..jobs import JobKey
from ..judging import Judge, Ruling
from ..plan import plan
from ..reconcile import Reconciler
from ..rules import Claims, Rule, desired, disputes
from ..scope import Fit
from .folding import said
from .planning import PlannedJob

if TYPE_CHECKING:
    from ..config import StackConfig


@dataclass(frozen=True)
class RulePlan:
    """What rules are about to do."""

    name: str
    jobs: tuple[PlannedJob, ...] = ()
    """The jobs that the rule claims; none where there is an error."""
    warnings: tuple[str, ...] = ()
    error: str | None = None
    """Why the rule can't be carried out, in one line."""
    fits: tuple[Fit, ...] = ()
    """What each name and pattern of the rule fits."""


def declared_keys(reconciler: Reconciler, config: StackConfig) -> frozenset[JobKey]:
    """Return the jobs that no rule may touch: those that are declared, by ID or as the latest.

    Raises ServiceError.
    """
    found = (
        reconciler.latest(each.declared.key.environment, each.latest).job
        for each in config.latest.values()
    )
    latest = frozenset(job.key for job in found if job is not None)
    return latest | {job.key for job in config.jobs.values()}


def plan_rules(judge: Judge, rules: Sequence[Rule]) -> list[RulePlan]:
    """Plan every rule, in the given order; what keeps one from being planned is in the answer."""
    judged = {rule.name: _judged(judge, rule) for rule in rules}
    found = [each.claims for each in judged.values() if isinstance(each, Ruling)]
    return [_rule_plan(rule, judged[rule.name], found, judge.now) for rule in rules]


def _judged(judge: Judge, rule: Rule) -> Ruling | str:
    """Return what a rule comes to, or why that can't be told."""
    try:
        return judge.rule(rule)
    except Exception as error:  # noqa: BLE001 (one rule's error must not hide the others)
        return said(error)


def _rule_plan(rule: Rule, ruling: Ruling | str, found: Sequence[Claims], now: float) -> RulePlan:
    if isinstance(ruling, str):
        return RulePlan(rule.name, error=f"{rule.name}: {ruling}")
    warnings = tuple(f"{rule.name}: {line}" for line in ruling.warnings)
    contested = disputes(found, rule.name)
    error = ruling.refusal[1] if ruling.refusal else next(iter(contested), None)
    if error is not None:
        return RulePlan(rule.name, (), warnings, f"{rule.name}: {error}", ruling.fits)
    wanted = [(desired(rule, job, now), job) for job in ruling.claims.jobs]
    jobs = tuple(PlannedJob(each, plan(each, job), job) for each, job in wanted)
    return RulePlan(rule.name, jobs, warnings, None, ruling.fits)


def jobs_of(rules: Sequence[RulePlan]) -> list[PlannedJob]:
    """Return the jobs of all rules."""
    return [job for rule in rules for job in rule.jobs]


def errors_of(rules: Sequence[RulePlan]) -> list[str]:
    """Return the errors of all rules."""
    return [rule.error for rule in rules if rule.error is not None]
