"""Times and durations: whether one can be trusted, and how people write and read it.

A time of the service is epoch milliseconds in a string. Nothing that goes by an age may believe one
that the service can't have written: `trusted_seconds` decides that, for everybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

from ..errors import one_line

UTC = "%Y-%m-%dT%H:%M:%SZ"

EARLIEST = 1483228800.0
"""The beginning of 2017 in epoch seconds: AWS Amplify is of that year, so no job is older. Epoch
seconds that were taken for milliseconds are of January 1970."""

LONGEST_SKEW = 300.0
"""Seconds by which a time may lie ahead of this machine's clock; AWS refuses requests that are
signed with a clock further off."""


@dataclass(frozen=True)
class Doubt:
    """Why a time can't be trusted, as the words behind its name: `is absent`."""

    reason: str


def epoch_seconds(milliseconds: str | None) -> float | None:
    """Return epoch milliseconds in a string as epoch seconds, or None where they are no number."""
    digits = milliseconds or ""
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 15):
        return None
    return int(digits) / 1000


@lru_cache(maxsize=16)  # what answers in one second has one date
def http_seconds(date: str) -> float | None:
    """Return a date as HTTP's headers have it as epoch seconds, or None where it is none."""
    try:
        moment = parsedate_to_datetime(date)
        return moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def seconds_of(moment: str | None) -> float | None:
    """Return a moment in UTC, as `utc` has it, as epoch seconds, or None where it is none."""
    try:
        parsed = datetime.strptime(moment or "", UTC)
    except ValueError:
        return None
    return parsed.replace(tzinfo=timezone.utc).timestamp()


def trusted_seconds(milliseconds: str | None, now: float) -> float | Doubt:
    """Return a time of the service in epoch seconds, or why it is in doubt.

    It is in doubt where it is absent, no number, before 2017, or more than 5 minutes after `now`
    (epoch seconds).
    """
    seconds = epoch_seconds(milliseconds)
    if seconds is None:
        found = f"{one_line(milliseconds, 80)}, not a number" if milliseconds else "absent"
        return Doubt(f"is {found}")
    said = f"is {one_line(milliseconds or '', 80)}, which in milliseconds is "
    believed = since_amplify(seconds, said)
    if isinstance(believed, Doubt):
        return believed
    if seconds - now > LONGEST_SKEW:
        return Doubt(f"is {utc(seconds)}, more than 5 minutes ahead of this machine's clock")
    return seconds


def since_amplify(seconds: float, said: str = "is ") -> float | Doubt:
    """Return a time in epoch seconds, or why it is in doubt: it is before 2017.

    `said` stands before the moment in UTC.
    """
    if seconds < EARLIEST:
        return Doubt(f"{said}{utc(seconds)}, before AWS Amplify existed")
    return seconds


def moment_of(milliseconds: str | None) -> str:
    """Return epoch milliseconds in a string as a moment in UTC, or as they are."""
    seconds = epoch_seconds(milliseconds)
    if seconds is None:
        return one_line(milliseconds) if milliseconds else "absent"
    return utc(seconds)


def utc(seconds: float, style: str = UTC) -> str:
    """Return epoch seconds as a moment in UTC: `2026-11-24T06:00:00Z`, or in strftime's style."""
    try:
        moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    except (OverflowError, OSError, ValueError):  # beyond the year 9999
        return f"{seconds:.0f} s after 1970"
    return moment.strftime(style)


def duration(seconds: float) -> str:
    """Return a duration in its two largest units: `9h 12m`."""
    whole = max(int(seconds), 0)
    parts = (
        ("d", whole // 86400),
        ("h", whole // 3600 % 24),
        ("m", whole // 60 % 60),
        ("s", whole % 60),
    )
    first = next((index for index, (_, count) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count}{unit}" for unit, count in parts[first : first + 2])


PATTERN = re.compile(r"(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")
"""What a duration looks like; one that is all zeros is none."""

UNITS = (604800, 86400, 3600, 60, 1)
"""Seconds of each group of the pattern."""

EXAMPLES = "90s, 30m, 1h30m, 2d or 1w"


LONGEST_DURATION = 3650 * 86400
"""Seconds of the longest duration, ten years: older than AWS Amplify, and clocks take it."""


def parse_duration(text: str) -> float:
    """Return the seconds of a duration such as 90s, 30m, 1h30m, 2d or 1w. Raises ValueError."""
    match = PATTERN.fullmatch(text) if text.isascii() else None
    counts = match.groups() if match else ()
    total = sum(int(count or 0) * unit for count, unit in zip(counts, UNITS, strict=False))
    if total == 0:
        raise ValueError(f"{text!r} is not a duration: write {EXAMPLES}")
    if total > LONGEST_DURATION:
        raise ValueError(f"{text!r} is longer than {LONGEST_DURATION // 86400} days: write less")
    return float(total)


AGE_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))

IN_DOUBT = "?"
"""Stands where a time is in doubt."""


def seconds_since(time: str | None, now: float) -> int | None:
    """Return the whole seconds since a time of the service; None where that is in doubt.

    `time` is in epoch milliseconds, `now` in epoch seconds. A time that is just to come is now.
    """
    since = trusted_seconds(time, now)
    return None if isinstance(since, Doubt) else max(0, int(now - since))


def age(seconds: int | None) -> str:
    """Return so many seconds in the largest unit that fits, such as `3h`; `?` for None."""
    if seconds is None:
        return IN_DOUBT
    return next((f"{seconds // size}{unit}" for size, unit in AGE_UNITS if seconds >= size), "now")


def age_of(time: str | None, now: float, absent: str = "") -> str:
    """Return how long ago a time of the service was, `?` where it is in doubt."""
    return age(seconds_since(time, now)) if time else absent
