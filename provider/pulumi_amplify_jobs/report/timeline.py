"""Where the bars of a timeline stand: pure geometry, in fractions of its width, left to right.

The left edge is the earliest moment of the drawn jobs, the right edge the latest. No clock is read:
the same jobs always make the same drawing. All times are epoch seconds; labels are in UTC.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import groupby
from typing import TypeGuard

from ..domain.keys import Environment
from .model import ACTIONS, Moment, ReportedJob, is_known

MOST_BARS = 40
"""Jobs drawn at most: more than that nobody compares by eye, and the table has them all."""

NARROWEST = 0.006
"""Width of a bar of no time, as a fraction: a few pixels, so that it is seen."""

LAST_MOMENT = 253402300799.0
"""The end of the year 9999: no calendar of ours goes on."""

LONE_MOMENT = 3600.0
"""Seconds shown before the only moment there is."""

MOST_TICKS = 6
"""Ticks at most: their labels must not touch on a narrow screen."""

MINUTE, HOUR, DAY = 60, 3600, 86400

STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(MINUTE * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(HOUR * hours for hours in (1, 2, 3, 6, 12)),
    *(DAY * days for days in (1, 2)),
    DAY * 7,
)
"""Distances of ticks in seconds; beyond a week, ticks are at the first of months."""

MONTH_STEPS = (1, 2, 3, 6, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 500, 2000)))
"""Distances in months."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Not of a locale: the same report is the same everywhere."""

MONDAY = 4 * DAY
"""The first Monday after 1970 began, so that weeks begin on one."""

Label = Callable[[datetime], tuple[str, str]]


@dataclass(frozen=True)
class Tick:
    """A round moment on the axis."""

    at: float
    """Its place, as a fraction of the width."""
    label: str
    """Such as `06:00`, `24 Nov` or `Nov`."""
    above: str = ""
    """The day, month or year that begins or goes on here, where the label does not say it."""


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


def ticks(begin: float, end: float) -> tuple[Tick, ...]:
    """Return the ticks from one moment to another, in epoch seconds; none within one second."""
    step = _step(begin, end)
    if step is None:
        months = _months_apart(begin, end)
        label = partial(_month_or_year, months)
        return tuple(_placed(_monthly(begin, end, months), begin, end, label))
    return tuple(_placed(_evenly(begin, end, step), begin, end, partial(_day_or_time, step)))


def _step(begin: float, end: float) -> int | None:
    """Return the seconds between ticks, or None where they are at the first of months."""
    return next((step for step in STEPS if (end - begin) // step < MOST_TICKS), None)


def _evenly(begin: float, end: float, step: int) -> Iterator[datetime]:
    offset = MONDAY if step == 7 * DAY else 0
    first = _round_up(begin - offset, step) + offset
    return (_utc(moment) for moment in range(first, int(end) + 1, step))


def _months_apart(begin: float, end: float) -> int:
    """Return the months between ticks."""
    months = _month_number(_utc(end)) - _month_number(_utc(begin))
    return next(step for step in MONTH_STEPS if months // step < MOST_TICKS)


def _monthly(begin: float, end: float, step: int) -> Iterator[datetime]:
    first, last = _month_number(_utc(begin)), _month_number(_utc(end))
    for number in range(_round_up(first, step), last + 1, step):
        moment = datetime(number // 12, number % 12 + 1, 1, tzinfo=timezone.utc)
        if moment.timestamp() >= begin:
            yield moment


def _round_up(number: float, step: int) -> int:
    return math.ceil(number / step) * step


def _month_number(moment: datetime) -> int:
    """Return the months since the year 0."""
    return moment.year * 12 + moment.month - 1


def _utc(seconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)


def _placed(moments: Iterator[datetime], begin: float, end: float, label: Label) -> Iterator[Tick]:
    """Yield the ticks; what stands above stands there once, and again when it changes."""
    before = ""
    for moment in moments:
        text, above = label(moment)
        place = (moment.timestamp() - begin) / (end - begin)
        yield Tick(place, text, above if above != before else "")
        before = above


def _day_or_time(step: int, moment: datetime) -> tuple[str, str]:
    """Return what stands at a tick, and what stands above it; `step` is in seconds."""
    date = f"{moment.day} {MONTHS[moment.month - 1]}"
    if step >= DAY:
        return date, str(moment.year)
    return moment.strftime("%H:%M" if step >= MINUTE else "%H:%M:%S"), date


def _month_or_year(step: int, moment: datetime) -> tuple[str, str]:
    """Return the same where `step` is in months."""
    year = str(moment.year)
    return (MONTHS[moment.month - 1], year) if step < 12 else (year, "")
