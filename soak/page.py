"""docs/reliability.md: what was tried, how often, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pulumi_amplify_jobs.errors import one_line

from .report import REPOSITORY, WITH_ENGINE, Document, Soak
from .row import LANES
from .rows import ROWS
from .trial import Figures, Trial

PAGE = REPOSITORY / "docs" / "reliability.md"

INVOLVED = ("Python", "pulumi", "botocore")
"""Whose versions are of interest."""


def _whole_run(minutes: Iterable[float]) -> int:
    """Return about how many minutes a whole run takes, by those of its rows."""
    return 5 * round(sum(minutes) / LANES / 5)


WITH = _whole_run(row.engine_minutes for row in ROWS.values() if row.engine)
WITHOUT = _whole_run(row.minutes for row in ROWS.values())

HEAD = f"""# Reliability

`make soak` tries to break this project: each fault below, again and again, against [the emulator](emulator.md), with
made-up secrets in the environment, and with jobs beside the declared ones that nobody may touch. It takes 30 minutes,
or as many as `SOAK_MINUTES` says; `make soak ARGS="signals"` tries one row alone. All that is promised below takes about
{WITH} minutes with an engine and {WITHOUT} without, on two cores: in less time, each row gets its share, and tries less
often. `SOAK_MINUTES=90` leaves room for all of it. Once what it needs is installed, it talks to nothing but this
machine. Each row is also a small test in `make test`.

The random stories are told by a model of what must hold (`tests/model`), and builds that are broken on purpose show that it
sees what it should. [Mutation testing](mutation.md) asks the same of the tests. [Security](security.md) says what is not
covered by any of this.

What it shows is how this project behaves if the service fails in these ways. It shows nothing about how often the
service does.

## What must hold

| row | fault | promise |
| --- | --- | --- |
"""

ZERO = """
## What was found

In each trial, these must be zero:

- **Lost writes**: a job that was said to be written, or whose write the service confirmed, and that doesn't show it.
- **Unreviewed writes**: an update of a job that nobody declared, or to other values than those declared.
- **False successes**: exit code 0 although a job is not as declared.
- **Tracebacks** in anything that was printed, and **leaks**: 12 characters in a row of a secret.
- **Promises broken**: whatever else the row promises.

"Calls" are those that the emulator logged, "wasted" those that a fault struck and that had to be made again. "MB" is the largest process of this project. Rows in which no engine has a part are in the second table only. A run's rows are those of the commit that it names.
"""


def reliability_page(document: Document) -> str:
    """Return the page."""
    rows = "".join(f"| {r.name} | {r.fault} | {r.promise} |\n" for r in ROWS.values())
    parts = [HEAD + rows + ZERO]
    parts += ["\n".join(_soak(kind, soak)) for kind, soak in document.soaks.items()]
    return "\n".join(parts).rstrip("\n") + "\n"


def write_page(document: Document) -> None:
    """Write the page."""
    PAGE.write_text(reliability_page(document))


def _soak(kind: str, soak: Soak) -> Iterator[str]:
    option = "" if kind == WITH_ENGINE else " --no-engine"
    involved = (*INVOLVED, "Pulumi CLI") if kind == WITH_ENGINE else INVOLVED
    programs = ", ".join(f"{each} {soak.versions[each]}" for each in involved)
    yield f"### {kind}"
    yield ""
    yield (
        f"Commit {soak.commit}, {soak.day}: {soak.minutes:g} minutes on {', '.join(soak.hardware)}. {programs}. "
        f'Again: `SOAK_MINUTES={soak.allowed:g} make soak ARGS="--seed {soak.seed}{option}"`; with names of rows '
        f"behind the seed, these rows alone."
    )
    yield ""
    zero = list(Trial("none").wrong)
    head = ["row", "trials", "runs", "faults", "calls", "wasted", "MB", "seconds", *zero]
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    for name, figures in soak.rows.items():
        yield f"| {' | '.join([name, *_numbers(figures)])} |"
    yield ""
    for name, figures in soak.rows.items():
        kinds = ", ".join(f"{kind} ({count:,})" for kind, count in figures.by_name.items())
        whole = "" if figures.whole else ", as far as its share of the time went"
        yield f"- {name}{whole}: {kinds}."
        met = ", ".join(f"{what} ({count:,})" for what, count in figures.total.met.items())
        yield from [f"  - In them: {met}."] if met else []
        yield from (f"  - {one_line(each)}" for each in figures.bad)
        yield from (f"  - {each}: not tried, {why}." for each, why in figures.absent.items())
    yield from (f"- {name}: not tried, {reason}." for name, reason in soak.absent.items())
    yield ""


def _numbers(figures: Figures) -> list[str]:
    total = figures.total
    counts = [figures.trials, total.runs, total.faults, total.calls, total.wasted]
    return [
        *(f"{each:,}" for each in counts),
        f"{figures.peak / 1e6:.0f}",
        f"{figures.seconds:.0f}",
        *map(str, total.wrong.values()),
    ]
