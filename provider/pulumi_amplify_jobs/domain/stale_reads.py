"""Reads that lag behind a write, as those of AWS's services may: pure functions.

A job's updateTime shows it: the answer to the update had a newer one.
"""

from __future__ import annotations

from .jobs import ObservedJob
from .times import epoch_seconds

LAG = 10.0
"""Seconds in which reads may lag behind a write. Later they are believed, whatever they show."""


def is_earlier(observed: ObservedJob | None, update_time: str | None) -> bool:
    """Say whether a job is shown as it was before an updateTime that the service has shown."""
    before = epoch_seconds(observed.update_time) if observed else None
    shown = epoch_seconds(update_time)
    return before is not None and shown is not None and before < shown


def may_lag(written: float | None, now: float) -> bool:
    """Say whether reads may still lag behind a write; both moments are in epoch seconds."""
    return written is not None and now - written < LAG


def lags_behind(
    observed: ObservedJob | None, update_time: str | None, written: float | None, now: float
) -> bool:
    """Say whether a read shows a job as it was before a write, and may still do so.

    `update_time` is the latest that the service has shown of it since, and `written` when that
    was, in epoch seconds like `now`.
    """
    return may_lag(written, now) and is_earlier(observed, update_time)
