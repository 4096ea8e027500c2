"""The two phases with their display: reading the plan, and carrying it out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from ..clock import Clock
from ..reconcile import Reconciler
from .applying import Events, Result, Run, result_without_write
from .gate import Gate, GatedService
from .planning import PlannedJob, plan_all, reconciler
from .stacks import Stack


def read_plan(
    target: Stack, clock: Clock, gate: Gate | None = None
) -> tuple[Reconciler, list[PlannedJob]]:
    """Read and plan every declared job; the reconciler writes nothing once the gate is closed."""
    # Here, not above: boto3 and rich are slow to load, and --help has no use for them.
    from ..client import connect
    from .grid import console_for
    from .progress import reading

    service = GatedService(connect(target.config.settings, clock), gate or Gate())
    jobs = list(target.config.jobs.values())
    prepared = reconciler(service, clock)
    with reading(console_for(sys.stderr), len(jobs)):
        return prepared, plan_all(prepared, jobs)


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
