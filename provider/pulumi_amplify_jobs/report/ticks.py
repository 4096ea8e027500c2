"""The round moments on the axis of a timeline: pure functions of its edges, in epoch seconds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial

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
