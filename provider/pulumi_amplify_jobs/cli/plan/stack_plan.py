"""The plan of a whole stack: its declared jobs, and those that its rules match."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...domain.clock_skew import clock_warning
from ...domain.keys import JobKey
from ...domain.plan import plan
from ...domain.rules import Matches, desired
from ...errors import AmplifyJobsError
from ...reconcile.rule_evaluation import Evaluation, Refusal, RuleEvaluator
from ...services import Services
from ..errors import said
from ..stack import Stack
from .job_plans import PlannedJob, plan_all, plan_latest


@dataclass(frozen=True)
class StackPlan:
    """What a stack is about to do."""

    jobs: tuple[PlannedJob, ...]
    """Declared jobs, then those that rules match, of every rule that is not refused."""
    rules: tuple[Evaluation, ...]
    warnings: tuple[str, ...] = ()
    """What is in doubt, besides what each rule says."""

    @property
    def rule_errors(self) -> list[str]:
        """Why rules are refused, in one line each."""
        return [line for rule in self.rules for line in rule.error_lines]

    @property
    def refused_rules(self) -> int:
        """How many rules are refused."""
        return sum(bool(rule.refusals) for rule in self.rules)

    @property
    def all_warnings(self) -> list[str]:
        """What is in doubt, what each rule says, too."""
        return [*self.warnings, *(line for rule in self.rules for line in rule.warning_lines)]


def plan_stack(services: Services, stack: Stack, now: float | None = None) -> StackPlan:
    """Read and plan what is to be looked at of a stack; an error hides no other job or rule.

    Rules are evaluated at a moment in epoch seconds, without it at that of their turn.
    """
    planned = plan_all(services.reconciler, stack.declared)
    planned += plan_latest(services, stack.latest, planned)
    rules = _evaluate(services, stack, time.time() if now is None else now)
    doubts = (f"{job.name}: {line}" for job in planned for line in job.warnings)
    warnings = filter(None, [clock_warning(services.service_clock.ahead), *doubts])
    return StackPlan((*planned, *_matches(rules, stack)), rules, tuple(warnings))


def _evaluate(services: Services, stack: Stack, now: float) -> tuple[Evaluation, ...]:
    """Evaluate all rules of the stack; those of other environments are refused for nothing here."""
    rules = [each.rule for each in stack.config.rules.values()]
    if not rules:
        return ()
    try:
        declared = _declared_keys(services, stack)
    except AmplifyJobsError as error:
        # What is declared is not known, so no rule may touch anything.
        refusal = Refusal("apps", said(error), error)
        found = [Evaluation(Matches(rule, ()), (refusal,), now=now) for rule in rules]
    else:
        found = RuleEvaluator(services.inventory, declared, now).evaluate(rules)
    return tuple(
        each if stack.concerns(each.rule) else replace(each, refusals=()) for each in found
    )


def _declared_keys(services: Services, stack: Stack) -> frozenset[JobKey]:
    """Return the jobs that no rule may touch: those that are declared, by ID or as the latest.

    Raises ServiceError.
    """
    found = (
        services.newest.find(each.declared.key.environment, each.latest).job
        for each in stack.config.latest.values()
    )
    latest = frozenset(job.key for job in found if job is not None)
    return latest | {job.key for job in stack.config.jobs.values()}


def _matches(rules: Sequence[Evaluation], stack: Stack) -> list[PlannedJob]:
    wanted = [
        (desired(each.rule, job, each.now), job)
        for each in rules
        if not each.refusals
        for job in each.matches.jobs
        if stack.shows(job.key)
    ]
    return [PlannedJob(each, plan(each, job), job) for each, job in wanted]
