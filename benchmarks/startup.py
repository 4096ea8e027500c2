"""What it costs to start `amplify-jobs`, beside a Python that only imports click.

The programs are run in turn, so that a machine that speeds up or slows down does so for all.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 20
MOST_RATIO = 2.0
SCRIPT = str(Path(sys.executable).parent / "amplify-jobs")
BARE, CLICK, HELP = "python -c pass", "python -c 'import click'", "amplify-jobs --help"
PROGRAMS = {
    BARE: [sys.executable, "-c", "pass"],
    CLICK: [sys.executable, "-c", "import click"],
    HELP: [SCRIPT, "--help"],
    **{f"amplify-jobs {name} --help": [SCRIPT, name, "--help"] for name in ("list", "apply")},
}


def main() -> int:
    """Measure, print, and say with the exit code whether the help starts fast enough."""
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(ROUNDS):
        for name, command in PROGRAMS.items():
            times[name].append(seconds(command))
    medians = {name: statistics.median(each) for name, each in times.items()}
    print(f"starting, median of {ROUNDS} rounds, beside {CLICK}")
    for name, median in medians.items():
        print(f"  {name}: {median * 1000:.0f} ms, ratio {median / medians[CLICK]:.2f}")
    ratio = medians[HELP] / medians[CLICK]
    print(f"  ratio of {HELP} {ratio:.2f} (at most {MOST_RATIO})")
    return 0 if ratio <= MOST_RATIO else 1


def seconds(command: list[str]) -> float:
    """Return how long a run to the end takes."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
