"""Where the bars of a timeline stand: pure geometry, in fractions of its width, left to right.

The left edge is the earliest moment of the drawn jobs, the right edge the latest. No clock is read:
the same jobs always make the same drawing. All times are epoch seconds; labels are in UTC.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeGuard

from ..domain.keys import Environment
from .model import ACTIONS, Moment, ReportedJob, is_known
from .ticks import Tick, ticks

MOST_BARS = 40
"""Jobs drawn at most: more than that nobody compares by eye, and the table has them all."""

NARROWEST = 0.006
"""Width of a bar of no time, as a fraction: a few pixels, so that it is seen."""

LAST_MOMENT = 253402300799.0
"""The end of the year 9999: no calendar of ours goes on."""

LONE_MOMENT = 3600.0
"""Seconds shown before the only moment there is."""


@dataclass(frozen=True)
class Bar:
    """A job in the drawing: a span of time, or a moment where its beginning is not known."""

    index: int
    """Which of the jobs it is, as they were given."""
    job: ReportedJob
    start: float
    end: float
    """As fractions of the width; a moment has the same twice."""
    moment: float
    """The update time, or the only time there is, as a fraction."""
    known_start: bool
    """Whether the create time is known and not in doubt: else only the moment is to be drawn."""
    is_open: bool
    """Whether the job goes on beyond the right edge, as it runs."""


@dataclass(frozen=True)
class Lane:
    """The bars of one environment, the earliest first; None where the source has no key."""

    environment: Environment | None
    bars: tuple[Bar, ...]
    target: str = ""


@dataclass(frozen=True)
class Timeline:
    """A drawing of jobs, by environment."""

    begin: float
    end: float
    """Its edges, in epoch seconds."""
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    timeless: int
    """How many jobs have no time that can be drawn."""
    crowded_out: int
    """How many are left out because there are too many."""


def timeline(jobs: Sequence[ReportedJob], most: int = MOST_BARS) -> Timeline | None:
    """Return the drawing of at most so many jobs, or None where no job has a time.

    Stuck jobs are kept first, then by action in the order of `ACTIONS`.
    """
    timed = [(index, job) for index, job in enumerate(jobs) if _moments(job)]
    if not timed:
        return None
    drawn = sorted(timed, key=lambda each: (not each[1].stuck, ACTIONS.index(each[1].action)))
    drawn = drawn[:most]
    begin, end = _edges(job for _, job in drawn)
    bars = [_bar(index, job, begin, end) for index, job in drawn]
    return Timeline(
        begin=begin,
        end=end,
        ticks=ticks(begin, end),
        lanes=_lanes(bars),
        timeless=len(jobs) - len(timed),
        crowded_out=len(timed) - len(drawn),
    )


def _moments(job: ReportedJob) -> list[float]:
    """Return the times of a job that a calendar knows."""
    return [time for time in (job.created, job.updated) if _is_usable(time)]


def _is_usable(time: Moment) -> TypeGuard[float]:
    return is_known(time) and math.isfinite(time) and 0 <= time <= LAST_MOMENT


def _edges(jobs: Iterable[ReportedJob]) -> tuple[float, float]:
    moments = [moment for job in jobs for moment in _moments(job)]
    begin, end = min(moments), max(moments)
    return (begin, end) if begin < end else (max(0.0, end - LONE_MOMENT), end or LONE_MOMENT)


def _bar(index: int, job: ReportedJob, begin: float, end: float) -> Bar:
    """Place a job. One whose times are the wrong way round is drawn between them all the same."""
    moments = _moments(job)
    places = sorted((moment - begin) / (end - begin) for moment in moments)
    moment = (moments[-1] - begin) / (end - begin)
    known_start = _is_usable(job.created)
    is_open = job.status.live == "RUNNING"
    span = _widened(places[0], 1.0 if is_open else places[-1]) if known_start else (moment, moment)
    return Bar(index, job, *span, moment, known_start, is_open)


def _widened(start: float, stop: float) -> tuple[float, float]:
    """Return a span that is wide enough to be seen, and within the drawing."""
    stop = max(stop, start + NARROWEST)
    return (start, stop) if stop <= 1 else (min(start, 1 - NARROWEST), 1.0)


def _lanes(bars: Iterable[Bar]) -> tuple[Lane, ...]:
    """Group by target, in the order of the jobs, and by environment, in that of their names.

    Those without a key come last in their target.
    """
    drawn = list(bars)
    targets: dict[str, int] = {}
    for bar in sorted(drawn, key=lambda bar: bar.index):
        targets.setdefault(bar.job.target, bar.index)

    def lane(bar: Bar) -> tuple[str, Environment | None]:
        return bar.job.target, bar.job.key.environment if bar.job.key else None

    def place(bar: Bar) -> tuple[int, bool, tuple[str, ...], float, int]:
        target, environment = lane(bar)
        return targets[target], environment is None, environment or (), bar.start, bar.index

    grouped = groupby(sorted(drawn, key=place), key=lane)
    return tuple(Lane(name, tuple(members), target) for (target, name), members in grouped)
