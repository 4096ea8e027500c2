"""The plan of a stack: its declared jobs, and those that its rules match."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from ...domain.clock_skew import clock_warning
from ...domain.jobs import DesiredJob, LatestJob, ObservedJob
from ...domain.keys import JobKey
from ...domain.plan import Action, Change, Missing, Plan, Update, plan
from ...errors import AmplifyJobsError
from ...reconcile.job import Reconciler
from ...services import Services, Targets
from ..errors import said
from ..side_by_side import side_by_side
from ..stack import Stack

if TYPE_CHECKING:
    from ...reconcile.rule_evaluation import Evaluation

ACTIONS: tuple[Action, ...] = ("update", "nothing", "skipped", "error")

Identity = tuple[str, JobKey]
"""What only one job of a plan has: its name and key. The jobs of a rule have one name, and those
whose ID was not found have one key."""


@dataclass(frozen=True)
class Unknown:
    """The job can't be decided on, because of this error."""

    action: ClassVar[Action] = "error"
    error: Exception

    @property
    def reason(self) -> str:
        """The error in one line."""
        return said(self.error)


@dataclass(frozen=True)
class PlannedJob:
    """One declared job, what the service says of it, and what is to be done."""

    desired: DesiredJob
    decision: Plan | Unknown
    live: ObservedJob | None = None
    warnings: tuple[str, ...] = ()
    """What was in doubt when the job was looked for."""

    @property
    def name(self) -> str:
        """The name in the stack config."""
        return self.desired.name or str(self.desired.key)

    @property
    def identity(self) -> Identity:
        """What no other job of the plan has."""
        return self.name, self.desired.key

    @property
    def title(self) -> str:
        """What names only this job: its name, with its key where that is a rule's name."""
        return self.name if self.desired.provided is None else self.desired.label

    @property
    def action(self) -> Action:
        """What is to be done, in one word."""
        return self.decision.action

    @property
    def changes(self) -> tuple[Change, ...]:
        """The fields to change, none unless it is an update."""
        return self.decision.changes if isinstance(self.decision, Update) else ()

    @property
    def reason(self) -> str | None:
        """Why the job is left alone or can't be planned."""
        return getattr(self.decision, "reason", None)

    @property
    def cause(self) -> Exception | None:
        """The error behind it, where one was raised."""
        return self.decision.error if isinstance(self.decision, Unknown) else None


@dataclass(frozen=True)
class StackPlan:
    """What a stack is about to do."""

    jobs: tuple[PlannedJob, ...]
    """Declared jobs, then those that rules match, of every rule that is not refused."""
    rules: tuple[Evaluation, ...]
    warnings: tuple[str, ...] = ()
    """What is in doubt, besides what each rule says."""

    @property
    def failed_targets(self) -> list[str]:
        """The targets in which something can't be planned, by name."""
        jobs = (job.desired.key.target for job in self.jobs if job.action == "error")
        rules = (each.rule.target for each in self.rules if each.refusals)
        return list(filter(None, dict.fromkeys((*jobs, *rules))))

    @property
    def refused_rules(self) -> int:
        """How many rules are refused."""
        return sum(bool(rule.refusals) for rule in self.rules)

    @property
    def count(self) -> dict[Action, int]:
        """How many jobs there are by what is to be done about them."""
        found = Counter(job.action for job in self.jobs)
        return {action: found[action] for action in ACTIONS}

    @property
    def all_warnings(self) -> list[str]:
        """What is in doubt, what each rule says, too."""
        return [*self.warnings, *(line for rule in self.rules for line in rule.warning_lines)]


def plan_stack(
    targets: Targets,
    stack: Stack,
    now: float | None = None,
    at_rest: Callable[[str], None] = lambda _target: None,
) -> StackPlan:
    """Read and plan what is to be looked at of a stack; an error hides no other job or rule.

    Targets are read side by side, and stand in the order of their declaration. Rules are evaluated
    at a moment in epoch seconds, without it at that of their turn. `at_rest` is called with each of
    several targets in which there is nothing to update.
    """
    names = stack.targets
    if len(names) <= 1:
        return _plan_target(targets[names[0] if names else ""], stack, now)

    def plan_one(name: str) -> StackPlan:
        planned = _plan_target(targets[name], stack.in_target(name), now)
        if not planned.count["update"]:
            at_rest(name)
        return planned

    plans = side_by_side(plan_one, names)
    warnings = dict.fromkeys(chain.from_iterable(each.warnings for each in plans))
    return StackPlan(
        tuple(chain.from_iterable(each.jobs for each in plans)),
        tuple(chain.from_iterable(each.rules for each in plans)),
        tuple(warnings),
    )


def _plan_target(services: Services, stack: Stack, now: float | None) -> StackPlan:
    services.reader.prefetch(job.key for job in stack.declared)
    planned = [_plan_one(services.reconciler, job) for job in stack.declared]
    owners = {job.desired.key: job.name for job in planned}
    planned += [_plan_latest(services, job, owners) for job in stack.latest]
    rules = _evaluate(services, stack, time.time() if now is None else now)
    doubts = (f"{job.name}: {line}" for job in planned for line in job.warnings)
    warnings = filter(None, [clock_warning(services.service_clock.ahead), *doubts])
    matches = _matches(rules, stack) if rules else ()
    return StackPlan((*planned, *matches), rules, tuple(warnings))


def _plan_one(reconciler: Reconciler, desired: DesiredJob) -> PlannedJob:
    """Plan one job; what keeps it from being planned is part of the answer."""
    try:
        decision = reconciler.examine(desired)
        return PlannedJob(desired, decision, reconciler.reader.read(desired.key))
    except Exception as error:  # noqa: BLE001 (one job's error must not hide the others)
        return PlannedJob(desired, Unknown(error))


def _plan_latest(services: Services, job: LatestJob, owners: dict[JobKey, str]) -> PlannedJob:
    try:
        choice = services.newest.find(job.declared.key.environment, job.latest)
    except Exception as error:  # noqa: BLE001 (one job's error must not hide the others)
        return PlannedJob(job.declared, Unknown(error))
    name = job.declared.name or ""
    if choice.job is None:
        planned = PlannedJob(job.declared, Missing(job.missing))
    elif (owner := owners.setdefault(choice.job.key, name)) != name:
        planned = PlannedJob(job.declared, Missing(job.contested(choice.job.key, owner)))
    else:
        planned = _plan_one(services.reconciler, job.found(choice.job))
    return replace(planned, warnings=choice.doubts)


def _evaluate(services: Services, stack: Stack, now: float) -> tuple[Evaluation, ...]:
    """Evaluate all rules of the stack; those of other environments are refused for nothing here."""
    rules = [each.rule for each in stack.config.rules.values()]
    if not rules:
        return ()
    # Here, not above: most stacks have no rules.
    from ...domain.rules import Matches
    from ...reconcile.rule_evaluation import Evaluation, Refusal, RuleEvaluator

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
    from ...domain.rules import desired

    wanted = [
        (desired(each.rule, job, each.now), job)
        for each in rules
        if not each.refusals
        for job in each.matches.jobs
        if stack.shows(job.key)
    ]
    return [PlannedJob(each, plan(each, job), job) for each, job in wanted]
