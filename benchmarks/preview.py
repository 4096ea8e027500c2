"""What a preview of 1,000 unchanged jobs costs beside a provider that does nothing.

Both projects declare the same resources with the same properties and stack outputs under the same
options, refresh included: what differs is the provider and how the jobs get from YAML to resources.
They are timed in turn, so that a machine that speeds up or slows down does so for both.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path

from benchmarks.projects import Bench, floor_project, our_project
from pulumi_amplify_jobs.emulator import Emulator

JOBS = 1000
ENVIRONMENTS = 10
ROUNDS = 5
MOST_CALLS = 60
MOST_RATIO = 1.15


def main() -> int:
    """Measure, print, and say with the exit code whether the promises were kept."""
    if shutil.which("pulumi") is None:
        print("preview: skipped, no pulumi on PATH: it measures under the real engine")
        return 0
    with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
        ours = our_project(Path(folder) / "ours", emulator, JOBS, ENVIRONMENTS)
        floor = floor_project(Path(folder) / "floor", emulator, JOBS, ENVIRONMENTS)
        print(f"{JOBS} unchanged jobs in {ENVIRONMENTS} environments, {ROUNDS} rounds")
        for project in (ours, floor):
            print(f"  first up, {project.name}: {project.up():.1f} s")
        return report(*rounds(ours, floor, emulator))


def rounds(ours: Bench, floor: Bench, emulator: Emulator) -> tuple[list[float], list[int]]:
    """Time the previews in turn; returns the ratios and the API calls of each round."""
    ratios, calls = [], []
    for number in range(1, ROUNDS + 1):
        emulator.clear_requests()
        slow = ours.preview()
        calls.append(len(emulator.requests()))
        fast = floor.preview()
        ratios.append(slow / fast)
        print(
            f"  round {number}: {slow:.2f} s and {calls[-1]} calls, "
            f"a provider that does nothing {fast:.2f} s, ratio {ratios[-1]:.3f}"
        )
    return ratios, calls


def report(ratios: list[float], calls: list[int]) -> int:
    """Print the medians; 1 where a promise was not kept."""
    ratio = statistics.median(ratios)
    print(f"median ratio {ratio:.3f} (at most {MOST_RATIO}), spread {spread(ratios)}")
    print(f"most API calls in a preview {max(calls)} (at most {MOST_CALLS})")
    return 0 if ratio <= MOST_RATIO and max(calls) <= MOST_CALLS else 1


def spread(ratios: list[float]) -> str:
    """Return the lowest and highest ratio."""
    return f"{min(ratios):.3f} to {max(ratios):.3f}"
