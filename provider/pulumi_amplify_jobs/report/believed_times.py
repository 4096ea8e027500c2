"""Which times of a job a report believes: by what stands in the preview, as no clock is read."""

from __future__ import annotations

from typing import TypeGuard

from ..domain.times import LONGEST_SKEW, Doubt, since_amplify, utc

Moment = float | Doubt | None
"""Epoch seconds, or why they are in doubt; None: not known."""


def is_known(moment: Moment) -> TypeGuard[float]:
    """Say whether a time is known, and not in doubt."""
    return moment is not None and not isinstance(moment, Doubt)


def believed(created: float | None, updated: float | None) -> tuple[Moment, Moment]:
    """Return createTime and updateTime, in epoch seconds, each with why it is in doubt.

    What the service can't have written is: a moment before 2017, or that a job was created more
    than 5 minutes after its update. A moment that is yet to come is known as such only there.
    """
    first, last = _possible(created), _possible(updated)
    if is_known(first) and is_known(last) and first - last > LONGEST_SKEW:
        return Doubt(f"is {utc(first)}, and updateTime {utc(last)}, which is before it"), last
    return first, last


def _possible(seconds: float | None) -> Moment:
    return None if seconds is None else since_amplify(seconds)
