"""Programs run in turn, so that a machine that speeds up or slows down does so for all."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence


def medians(
    programs: Mapping[str, Sequence[str]], rounds: int, codes: Collection[int] = (0,)
) -> dict[str, float]:
    """Return how many seconds a run of each program takes to its end, the median of some rounds.

    Raises CalledProcessError for an exit code that is none of `codes`.
    """
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, command in programs.items():
            times[name].append(_seconds(command, codes))
    return {name: statistics.median(each) for name, each in times.items()}


def _seconds(command: Sequence[str], codes: Collection[int]) -> float:
    began = time.perf_counter()
    run = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    if run.returncode not in codes:
        raise subprocess.CalledProcessError(run.returncode, list(command))
    return time.perf_counter() - began
