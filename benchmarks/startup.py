"""What it costs to start `amplify-jobs`, beside a Python that only imports click."""

from __future__ import annotations

import sys
from pathlib import Path

from .timing import medians

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
    found = medians(PROGRAMS, ROUNDS)
    print(f"starting, median of {ROUNDS} rounds, beside {CLICK}")
    for name, median in found.items():
        print(f"  {name}: {median * 1000:.0f} ms, ratio {median / found[CLICK]:.2f}")
    ratio = found[HELP] / found[CLICK]
    print(f"  ratio of {HELP} {ratio:.2f} (at most {MOST_RATIO})")
    return 0 if ratio <= MOST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
