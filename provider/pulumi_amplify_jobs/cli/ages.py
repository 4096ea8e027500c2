"""How long ago something was, as people say it."""

from __future__ import annotations

UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def seconds_since(time: str | None, now: float) -> int | None:
    """Return the whole seconds since a time of the service; None where it is absent or no number.

    `time` is in epoch milliseconds, `now` in epoch seconds. A time to come is now.
    """
    if time is None or not (time.isascii() and time.isdecimal() and len(time) < 16):
        return None
    return max(0, int(now - int(time) / 1000))


def age(seconds: int | None, unknown: str = "-") -> str:
    """Return so many seconds in the largest unit that fits, such as `3h`."""
    if seconds is None:
        return unknown
    return next((f"{seconds // size}{unit}" for size, unit in UNITS if seconds >= size), "now")
