"""The two phases with their display: reading the plan, and carrying it out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from ..clock import Clock
from ..errors import AmplifyJobsError
from ..judging import judge_now
from ..reconcile import Reconciler
from ..skew import ServiceClock, clock_warning
from .applying import Events, Result, Run, result_without_write
from .failures import tell
from .folding import said
from .gate import Gate, GatedService
from .planning import PlannedJob, plan_all, plan_latest, reconciler
from .ruling import RulePlan, declared_keys, jobs_of, plan_rules
from .stacks import Stack

if TYPE_CHECKING:
    from ..client import JobsService


def read_plan(target: Stack, clock: Clock, gate: Gate | None = None) -> ReadPlan:
    """Read and plan every declared job and rule of the target.

    The reconciler writes nothing once the gate is closed.
    """
    # Here, not above: boto3 and rich are slow to load, and --help has no use for them.
    from ..client import connect
    from .grid import console_for
    from .progress import reading

    service_clock = ServiceClock()
    inner = connect(target.config.settings, clock, service_clock)
    service = GatedService(inner, gate or Gate())
    jobs = list(target.declared)
    prepared = reconciler(service, clock, service_clock)
    with reading(console_for(sys.stderr), len(jobs)):
        planned = plan_all(prepared, jobs)
        planned += plan_latest(prepared, target.latest, planned)
        rules = _read_rules(target, service, prepared, clock, service_clock)
    warnings = list(filter(None, [clock_warning(service_clock.ahead)]))
    warnings += [f"{job.name}: {line}" for job in planned for line in job.warnings]
    for warning in (*warnings, *(line for rule in rules for line in rule.warnings)):
        tell("warning", warning)
    return ReadPlan(prepared, [*planned, *jobs_of(rules)], rules, tuple(warnings))


@dataclass(frozen=True)
class ReadPlan:
    """A plan, and what carries it out."""

    reconciler: Reconciler
    jobs: list[PlannedJob]
    """Declared jobs, then those that rules claim."""
    rules: list[RulePlan]
    warnings: tuple[str, ...] = ()
    """What is in doubt, besides what each rule says."""


def _read_rules(
    target: Stack,
    service: JobsService,
    prepared: Reconciler,
    clock: Clock,
    service_clock: ServiceClock,
) -> list[RulePlan]:
    rules = [declared.rule for declared in target.config.rules.values()]
    if not rules:
        return []
    from ..client import Census, connect_apps

    try:
        declared = declared_keys(prepared, target.config)
    except AmplifyJobsError as error:
        # What is declared is not known, so no rule may touch anything.
        return [RulePlan(rule.name, error=f"{rule.name}: {said(error)}") for rule in rules]
    apps = connect_apps(target.config.settings, clock, service_clock)
    census = Census(apps, service, service_clock)
    return plan_rules(judge_now(census, declared), rules)


@dataclass(frozen=True)
class Work:
    """How to carry out a plan."""

    reconciler: Reconciler
    gate: Gate
    parallel: int
    stream: IO[Any]
    """Where progress is shown."""


def carry_out(work: Work, planned: Sequence[PlannedJob], events: Events) -> list[Result]:
    """Make the planned updates, show them, and return every job's result, in order."""
    from .grid import console_for
    from .progress import following

    updates = [job for job in planned if job.action == "update"]
    results = []
    if updates:
        with following(console_for(work.stream), len(updates)) as show:
            run = Run(work.reconciler, work.gate, show, events)
            results = run.carry_out(updates, work.parallel)
    by_key = {result.job.desired.key: result for result in results}
    return [by_key.get(job.desired.key) or result_without_write(job) for job in planned]
