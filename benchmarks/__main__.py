"""`make bench`: starting, a report, an emulated call and a preview beside their floors; ending."""

from __future__ import annotations

import sys

from benchmarks import emulator_cost, ending, preview, reports, startup


def main() -> int:
    """Measure all; the exit code says whether every promise was kept."""
    return max(startup.main(), reports.main(), emulator_cost.main(), ending.main(), preview.main())


if __name__ == "__main__":
    sys.exit(main())
