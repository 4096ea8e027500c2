"""Programs run in turn, so that a machine that speeds up or slows down does so for all."""

from __future__ import annotations

from collections.abc import Mapping

from ..results import Measurement, Run
from ..running.commands import Command, measured


def in_turn(study: str, programs: Mapping[str, Command], rounds: int) -> tuple[Measurement, ...]:
    """Return what each program took in each round."""
    found: dict[str, list[Run]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, command in programs.items():
            cost = measured(command)
            found[name].append(Run(cost.seconds, cost.cpu, cost.memory))
    return tuple(Measurement(study, "", name, tuple(runs)) for name, runs in found.items())
