"""docs/benchmarks.md as text."""

from __future__ import annotations

from collections.abc import Mapping

from ..bounds import verdicts
from ..results import Results
from ..sections.all import BENCHMARKS
from ..sections.studies import EVERY
from . import figures
from .comparisons import first_up, memory, scales
from .figures import table
from .pictures import Picture, pictures
from .programs import programs

BUSY = 0.1
"""From this share of other work on, the figures are called provisional."""

HEAD = """# Benchmarks

<!-- `make bench` writes this page: its words from benchmarks/page, its figures from its JSON. -->

What a run costs, beside what people use instead, and beside the floor: what Pulumi takes for as
many resources whose provider does nothing. `make bench` measured everything here in one run,
against [the emulator](emulator.md) on the same machine. Compare columns with each other: the
seconds are those of one machine, the ratios say more. What is compared runs in turns, round by
round, and the tables show the median of the rounds. CPU is the processors' time for all processes
of a run (for Pulumi: engine, language host, program and provider), without the emulator. The page
does not show AWS: the emulator answers at once, or after 50 ms where that is said, and throttles
nobody. Nor does it show a state that is kept elsewhere than in a folder, or the time that the
jobs themselves take.
"""

TAIL = """## How it is measured

- A run is one command. Its CPU is what the kernel counts for the command and all that it started.
  Memory is the peak of a process (`VmHWM`), looked at ten times a second: what ends sooner is not
  seen.
- First preview and first up: every job is `RUNNING`, and declared `COMPLETED`. Drift: one job in
  100, and at least one, is `RUNNING` again. After each up, the jobs that are not as declared are
  counted.
- All columns have the same credentials and endpoint, and no other settings of AWS. Projects under
  the engine have this repository's `Pulumi.yaml` with `refresh: always`, a state in a folder, and
  `PULUMI_SKIP_CHECKPOINTS=true`.
- A run that fails ends `make bench` with what it printed. A bound that is not kept makes it exit
  with 1.
- `make bench` took {minutes:.0f} minutes here. It needs Linux. `make bench ARGS="preview-5 start"`
  measures some sections again, and puts them in the place of those here if machine and versions are
  the same. The sections: {sections}.
- Every single figure is in `docs/benchmarks.json`.
"""


def page(results: Results) -> str:
    """Return the page."""
    drawn = {picture.file: picture for picture in pictures(results)}
    parts = (
        HEAD,
        where_measured(results),
        _bounds(results, drawn),
        first_up(results, shown(drawn, "benchmarks-first-up.svg")),
        _growth(drawn),
        scales(results),
        memory(results),
        programs(results),
        _columns(results),
        _tail(results),
    )
    return "\n".join(part for part in parts if part)


def shown(drawn: Mapping[str, Picture], file: str) -> list[str]:
    """Return the lines that show a picture, or none where there is no such picture."""
    return [f"![{drawn[file].title}](images/{file})", ""] if file in drawn else []


def where_measured(results: Results) -> str:
    """Return the machine, and whether its figures are final."""
    machine = results.machine
    versions = ", ".join(f"{name} {each}" for name, each in machine.versions.items())
    others = f"ther programs took {machine.busy_with_others:.0%} of the processors' time meanwhile."
    if machine.busy_with_others > BUSY:
        others = f"**These figures are provisional:** o{others}"
    else:
        others = f"O{others}"
    return f"The machine: {', '.join(machine.hardware)}. Versions: {versions}. {others}\n"


def _bounds(results: Results, drawn: Mapping[str, Picture]) -> str:
    told = verdicts(results)
    rows = [
        [
            verdict.bound.what,
            figures.limit(verdict),
            figures.measured(verdict),
            figures.spread(verdict),
            figures.kept(verdict),
        ]
        for verdict in told
    ]
    words = (
        f"{sum(verdict.kept is True for verdict in told)} of {len(told)} bounds were kept, "
        f"{sum(verdict.kept is None for verdict in told)} could not be measured here. For calls, "
        "memory and endings the worst round counts, otherwise the median of the rounds."
    )
    head = ["what", "bound", "measured", "lowest to highest (rounds)", "kept"]
    picture = shown(drawn, "benchmarks-bounds.svg")
    return "\n".join(["## Bounds", "", words, "", *picture, *table(head, rows), ""])


def _growth(drawn: Mapping[str, Picture]) -> str:
    picture = shown(drawn, "benchmarks-unchanged.svg")
    return "\n".join(["## How a preview grows", "", *picture]) if picture else ""


def _columns(results: Results) -> str:
    rows = [[column.name, f"{column.does}{_absence(results, column.name)}"] for column in EVERY]
    lines = ["## The columns", "", "| column | what is run |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {does} |" for name, does in rows), ""])


def _absence(results: Results, column: str) -> str:
    reason = results.absent.get(column)
    return f" (**absent here:** {reason})" if reason else ""


def _tail(results: Results) -> str:
    names = ", ".join(f"`{name}`" for name in BENCHMARKS)
    return TAIL.format(minutes=results.machine.minutes, sections=names)
