"""What the cost model is fitted to, and the large runs that it is checked against."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pulumi_amplify_jobs.emulator import Emulator

from ..columns.commands import PENDING, SCRIPT
from ..columns.engine import OURS
from ..columns.folders import STACK, environment, write_project
from ..model.fleet import CALLS, WRITERS, Fleet
from ..results import Measurement, Run
from ..running.commands import Command, measured
from ..world import CREATED, OPERATION, STUCK, WANTED, Phase, Scale, World
from .studies import Study
from .studies import measure as measure_study

STUDY = "scale"
ROUNDS = 3


@dataclass(frozen=True)
class Point:
    """A command that is run on a fleet."""

    command: str
    fleet: Fleet


_SOME = Fleet(10, 10, 20, stuck=1)
_MANY_STUCK = Fleet(10, 10, 100, stuck=10)
_PLANNED = (
    Fleet(1, 1, 20, stuck=1),
    _SOME,
    replace(_SOME, statuses=2),
    replace(_SOME, latency_ms=50),
    Fleet(2, 60, 10, stuck=0),
    Fleet(100, 10, 10, stuck=0),
    Fleet(200, 5, 10, stuck=1),
    _MANY_STUCK,
    replace(_MANY_STUCK, statuses=2),
    replace(_MANY_STUCK, statuses=2, latency_ms=50),
    Fleet(10, 2, 500, stuck=0, statuses=2),
    Fleet(10, 20, 250, stuck=0, statuses=2),
)
_APPLIED = (_SOME, replace(_SOME, latency_ms=50), _MANY_STUCK)
FITTED = (
    *(Point("plan", fleet) for fleet in _PLANNED),
    *(Point("apply", fleet) for fleet in _APPLIED),
)
LARGE = Fleet(100, 10, 100, stuck=1)
CHECKED = (Point("plan", LARGE), Point("plan", replace(LARGE, statuses=2)))
"""100,000 jobs: nothing is fitted to these."""
ENGINE = tuple(
    Study(
        f"{STUDY}-{jobs}",
        Scale(jobs, environments),
        (OURS,),
        {Phase.FIRST_UP: 1, Phase.UNCHANGED: 2},
    )
    for jobs, environments in ((5, 1), (100, 2), (500, 10))
)
"""Declared jobs under the engine."""


def measure() -> Iterator[Measurement]:
    """Yield the runs of each point. One that makes other calls than the model says ends it all."""
    for point in (*FITTED, *CHECKED):
        with TemporaryDirectory() as folder, Emulator() as emulator:
            yield _measured(point, Path(folder) / "project", emulator)
    for study in ENGINE:
        yield from measure_study(study)


def _measured(point: Point, folder: Path, emulator: Emulator) -> Measurement:
    world = World(emulator, "d0", Scale(0, 1))
    write_project(folder, world, {"amplify-jobs:rules": {"no-stuck-jobs": rule(point.fleet)}})
    options = ["--yes", "--parallel", str(WRITERS)] if point.command == "apply" else []
    arguments = (SCRIPT, point.command, "--stack", STACK, *options)
    command = Command(arguments, folder, environment(folder, world), PENDING)
    runs = []
    for _ in range(ROUNDS):
        seed(emulator, point.fleet)
        emulator.latency = point.fleet.latency_ms / 1000
        emulator.clear_requests()
        cost = measured(command)
        calls = dict(Counter(str(request.operation) for request in emulator.requests()))
        if calls != CALLS[point.command](point.fleet):
            sys.exit(f"bench: {point.command} of {point.fleet} made other calls: {calls}")
        runs.append(Run(cost.seconds, cost.cpu, cost.memory, calls))
    return Measurement(STUDY, str(point.fleet), point.command, tuple(runs))


def rule(fleet: Fleet) -> dict[str, object]:
    """Return a rule over everything, which takes one status or more."""
    statuses = [STUCK, *(f"STATUS_{number}" for number in range(1, fleet.statuses))]
    return {
        "apps": ["*"],
        "environments": ["*"],
        "match": {"status": statuses},
        "set": {"status": WANTED},
        "limit": 1000,
    }


def seed(emulator: Emulator, fleet: Fleet) -> None:
    """Have the emulator hold the jobs of a fleet, app by app."""
    statuses: Sequence[str] = [STUCK] * fleet.stuck + [WANTED] * (fleet.jobs - fleet.stuck)
    for app in range(fleet.apps):
        emulator.seed(
            {
                "appId": f"d{app}",
                "backendEnvironmentName": f"env{number}",
                "jobId": f"{job}",
                "operation": OPERATION,
                "status": status,
                "createTime": CREATED,
                "updateTime": CREATED,
            }
            for number in range(fleet.environments)
            for job, status in enumerate(statuses)
        )
