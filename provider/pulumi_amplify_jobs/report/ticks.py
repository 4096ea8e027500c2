"""Ticks of a time axis: at round moments in UTC, as many as can be read, with their labels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

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


@dataclass(frozen=True)
class Tick:
    """A round moment on the axis."""

    at: float
    """Its place, as a fraction of the width."""
    label: str
    """Such as `06:00`, `24 Nov` or `Nov`."""
    above: str = ""
    """The day, month or year that begins or goes on here, where the label does not tell it."""


def ticks(begin: float, end: float) -> tuple[Tick, ...]:
    """Return the ticks from one moment to another, in epoch seconds; none within one second."""
    step = _step(begin, end)
    if step is None:
        months = _months_apart(begin, end)
        label = _month if months < 12 else _year
        return tuple(_placed(_monthly(begin, end, months), begin, end, label))
    return tuple(_placed(_evenly(begin, end, step), begin, end, _label_for(step)))


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


Label = Callable[[datetime], tuple[str, str]]
"""What stands at a tick, and what stands above it."""


def _placed(moments: Iterator[datetime], begin: float, end: float, label: Label) -> Iterator[Tick]:
    """Yield the ticks; what stands above is told once, and again when it changes."""
    told = ""
    for moment in moments:
        text, above = label(moment)
        place = (moment.timestamp() - begin) / (end - begin)
        yield Tick(place, text, above if above != told else "")
        told = above


def _label_for(step: int) -> Label:
    if step >= DAY:
        return _day
    return _clock if step >= MINUTE else _seconds


def _seconds(moment: datetime) -> tuple[str, str]:
    return f"{moment:%H:%M:%S}", _date(moment)


def _clock(moment: datetime) -> tuple[str, str]:
    return f"{moment:%H:%M}", _date(moment)


def _day(moment: datetime) -> tuple[str, str]:
    return _date(moment), str(moment.year)


def _month(moment: datetime) -> tuple[str, str]:
    return MONTHS[moment.month - 1], str(moment.year)


def _year(moment: datetime) -> tuple[str, str]:
    return str(moment.year), ""


def _date(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]}"
