"""Moments of the service as people read them."""

from __future__ import annotations

from datetime import datetime, timezone

from .errors import one_line

UTC = "%Y-%m-%dT%H:%M:%SZ"


def epoch_seconds(milliseconds: str | None) -> float | None:
    """Return epoch milliseconds in a string as epoch seconds, or None where they are no number."""
    digits = milliseconds or ""
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 15):
        return None
    return int(digits) / 1000


def seconds_of(moment: str | None) -> float | None:
    """Return a moment in UTC, as `utc` has it, as epoch seconds, or None where it is none."""
    try:
        parsed = datetime.strptime(moment or "", UTC)
    except ValueError:
        return None
    return parsed.replace(tzinfo=timezone.utc).timestamp()


def moment_of(milliseconds: str | None) -> str:
    """Return epoch milliseconds in a string as a moment in UTC, or as they are."""
    seconds = epoch_seconds(milliseconds)
    if seconds is None:
        return one_line(milliseconds) if milliseconds else "absent"
    return utc(seconds)


def utc(seconds: float) -> str:
    """Return epoch seconds as a moment in UTC: `2026-11-24T06:00:00Z`."""
    try:
        moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    except (OverflowError, OSError, ValueError):  # beyond the year 9999
        return f"{seconds:.0f} s after 1970"
    return moment.strftime(UTC)
