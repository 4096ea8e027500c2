"""How long ago something was, as people say it."""

from __future__ import annotations

from ..times import Doubt, trusted_seconds

UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))

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
    return next((f"{seconds // size}{unit}" for size, unit in UNITS if seconds >= size), "now")


def age_of(time: str | None, now: float, absent: str = "") -> str:
    """Return how long ago a time of the service was, `?` where it is in doubt."""
    return age(seconds_since(time, now)) if time else absent
