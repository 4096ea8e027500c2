"""`make bench`: an emulated call beside a bare route, a preview beside one that does nothing."""

from __future__ import annotations

import sys

from benchmarks import emulator_cost, preview


def main() -> int:
    """Measure both; the exit code says whether every promise was kept."""
    return max(emulator_cost.main(), preview.main())


if __name__ == "__main__":
    sys.exit(main())
