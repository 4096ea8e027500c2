"""Columns side by side on the same jobs, phase by phase, in rounds that take turns."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pulumi_amplify_jobs.emulator import Emulator

from ..columns.column import UPS, Column, Project
from ..columns.commands import COMMANDS, ONE_LIST
from ..columns.engine import FLOOR, NAIVE, OURS, PULUMI_COMMAND
from ..columns.instead import AWS_CLI, BOTO3_1, BOTO3_16, TERRAFORM
from ..results import Measurement, Run
from ..running.commands import measured
from ..world import Phase, Scale, World


@dataclass(frozen=True)
class Study:
    """Columns that are compared with each other, and with nothing else."""

    name: str
    scale: Scale
    columns: tuple[Column, ...]
    rounds: Mapping[Phase, int]
    """How often each phase is measured, in the order in which they come."""


def _each(rounds: int) -> dict[Phase, int]:
    return dict.fromkeys(Phase, rounds)


EVERY = (OURS, FLOOR, NAIVE, COMMANDS, BOTO3_1, BOTO3_16, AWS_CLI, TERRAFORM, PULUMI_COMMAND)
FAST = (OURS, FLOOR, NAIVE, COMMANDS, BOTO3_1, BOTO3_16)
LARGE = (OURS, FLOOR, COMMANDS, BOTO3_16)

INSTEAD = (
    Study(
        "first-up-100",
        Scale(100, 2),
        (OURS, COMMANDS, BOTO3_1, TERRAFORM, PULUMI_COMMAND),
        {Phase.FIRST_UP: 3},
    ),
    Study("first-up-100-slowest", Scale(100, 2), (AWS_CLI,), {Phase.FIRST_UP: 1}),
)
"""Beside what people use instead: the slowest by itself, and once."""
PAIRS = (
    Study(
        "preview-5",
        Scale(5, 1),
        (OURS, FLOOR),
        {Phase.FIRST_UP: 1, Phase.UNCHANGED: 9},
    ),
    Study(
        "preview-1000",
        Scale(1000, 10),
        (OURS, FLOOR),
        {Phase.FIRST_UP: 1, Phase.UNCHANGED: 15},
    ),
    Study(
        "apply-1000",
        Scale(1000, 10),
        (COMMANDS, BOTO3_16),
        {Phase.FIRST_UP: 7},
    ),
    Study(
        "plan-5",
        Scale(5, 1),
        (COMMANDS, ONE_LIST),
        {Phase.UNCHANGED: 15},
    ),
    *INSTEAD,
)
GRID = (
    Study("5", Scale(5, 1), EVERY, _each(3)),
    Study("5-slow", Scale(5, 1, 50), EVERY, _each(3)),
    Study("100", Scale(100, 2), FAST, _each(3)),
    Study("100-slow", Scale(100, 2, 50), FAST, _each(1)),
    Study("1000", Scale(1000, 10), FAST, _each(1)),
    Study("1000-slow", Scale(1000, 10, 50), FAST, _each(1)),
    Study(
        "4000",
        Scale(4000, 40),
        LARGE,
        {Phase.FIRST_UP: 1, Phase.UNCHANGED: 1},
    ),
)
STUDIES = (*PAIRS, *GRID)


def measure(study: Study) -> Iterator[Measurement]:
    """Yield the runs of each column in each phase."""
    present = [column for column in study.columns if column.absent() is None]
    with TemporaryDirectory() as folder, Emulator() as emulator:
        worlds = {
            column: World(emulator, f"d{number}", study.scale)
            for number, column in enumerate(present)
        }
        projects = {
            column: column.make(Path(folder) / worlds[column].app, worlds[column])
            for column in present
        }
        for column in present:
            worlds[column].be_ready_for(Phase.FIRST_UP)
        emulator.latency = study.scale.latency_ms / 1000
        for phase, rounds in study.rounds.items():
            runs: dict[Column, list[Run]] = {column: [] for column in present}
            for number in range(rounds):
                # What runs first takes turns, too: a machine may slow down within a round.
                for column in present[:: -1 if number % 2 else 1]:
                    runs[column].append(run(column, projects[column], worlds[column], phase))
            for column in present:
                yield Measurement(study.name, phase.value, column.name, tuple(runs[column]))


def run(column: Column, project: Project, world: World, phase: Phase) -> Run:
    """Run one phase of one column from its start."""
    world.be_ready_for(phase)
    if phase in (Phase.FIRST_PREVIEW, Phase.FIRST_UP):
        project.forget()
    world.emulator.clear_requests()
    cost = measured(project.commands[phase])
    calls, left = world.calls(), world.left()
    if left and phase in UPS and phase not in column.overlooks:
        sys.exit(f"bench: {column.name} left {left} jobs of {world.scale.jobs} as they were")
    return Run(
        cost.seconds,
        cost.cpu,
        cost.memory,
        calls,
        project.state_bytes(),
        left if phase in UPS else None,
    )
