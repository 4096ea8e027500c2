"""What the pictures of the page show, as data: drawing them decides nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ..bounds import Verdict, verdicts
from ..columns.column import Column
from ..columns.commands import COMMANDS
from ..columns.engine import FLOOR, NAIVE, OURS
from ..columns.instead import BOTO3_1, BOTO3_16
from ..results import Results
from ..sections.studies import GRID, INSTEAD, Study
from ..world import Phase
from . import figures

OWN = frozenset({OURS.name, COMMANDS.name})


@dataclass(frozen=True)
class Bar:
    """A bar with its figure as text at its end."""

    label: str
    value: float
    text: str
    stands_out: bool


@dataclass(frozen=True)
class Bars:
    """A picture of bars, one below the other, that start at zero."""

    file: str
    title: str
    axis: str
    bars: tuple[Bar, ...]
    mark: float | None = None
    """Where a line stands for the bound."""


@dataclass(frozen=True)
class Line:
    """One column over the number of jobs."""

    label: str
    points: tuple[tuple[int, float], ...]
    stands_out: bool


@dataclass(frozen=True)
class Lines:
    """A picture of panels, each with lines on logarithmic axes."""

    file: str
    title: str
    axis: str
    panels: tuple[tuple[str, tuple[Line, ...]], ...]


Picture = Bars | Lines


def pictures(results: Results) -> list[Picture]:
    """Return every picture of the page that has anything to show."""
    found = (_bounds(results), _first_up(results), _unchanged(results))
    return [each for each in found if each is not None]


def digest(picture: Picture) -> str:
    """Return what tells a picture's data from all other data."""
    return hashlib.sha256(repr(picture).encode()).hexdigest()


def _bounds(results: Results) -> Bars | None:
    shares = [(verdict, _share(verdict)) for verdict in verdicts(results)]
    bars = tuple(
        Bar(
            verdict.bound.short,
            share,
            f"{figures.measured(verdict)} ({figures.limit(verdict)})",
            stands_out=bool(verdict.kept),
        )
        for verdict, share in shares
        if share is not None
    )
    title = "How much of each bound is used"
    axis = "% of the bound, cut at 200"
    return Bars("benchmarks-bounds.svg", title, axis, bars, mark=100) if bars else None


def _share(verdict: Verdict) -> float | None:
    measured, limit = verdict.measured, verdict.bound.limit
    if measured is None:
        return None
    return 100 * (limit / measured if verdict.bound.at_least else measured / limit)


def _first_up(results: Results) -> Bars | None:
    found = [
        (column.name, measurement.median("seconds"))
        for study in INSTEAD
        for column in study.columns
        if (measurement := results.find(study.name, Phase.FIRST_UP.value, column.name))
    ]
    bars = tuple(
        Bar(name, seconds, f"{figures.number(seconds)} s", stands_out=name in OWN)
        for name, seconds in sorted(found, key=lambda each: each[1])
    )
    title = "First up: 100 jobs from RUNNING to COMPLETED"
    return Bars("benchmarks-first-up.svg", title, "seconds", bars) if bars else None


def _unchanged(results: Results) -> Lines | None:
    panels = tuple(
        (f"{latency} ms a call", lines)
        for latency in (0, 50)
        if (lines := _lines(results, [s for s in GRID if s.scale.latency_ms == latency]))
    )
    title = "Preview of unchanged jobs"
    return Lines("benchmarks-unchanged.svg", title, "seconds", panels) if panels else None


def _lines(results: Results, studies: list[Study]) -> tuple[Line, ...]:
    columns = (OURS, FLOOR, NAIVE, COMMANDS, BOTO3_1, BOTO3_16)
    drawn = (
        Line(column.name, _points(results, studies, column), stands_out=column.name in OWN)
        for column in columns
    )
    return tuple(line for line in drawn if line.points)


def _points(
    results: Results, studies: list[Study], column: Column
) -> tuple[tuple[int, float], ...]:
    return tuple(
        (study.scale.jobs, measurement.median("seconds"))
        for study in studies
        if (measurement := results.find(study.name, Phase.UNCHANGED.value, column.name))
    )
