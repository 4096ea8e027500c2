"""`make bench`: starting, a report, an emulated call and a preview, each beside its floor."""

from __future__ import annotations

import sys

from benchmarks import emulator_cost, preview, reports, startup


def main() -> int:
    """Measure all; the exit code says whether every promise was kept."""
    return max(startup.main(), reports.main(), emulator_cost.main(), preview.main())


if __name__ == "__main__":
    sys.exit(main())
