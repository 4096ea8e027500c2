"""Failures for one and the same reason as one line, with their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ..errors import ServiceError
from .failures import lines_of

MOST_NAMES = 3
"""Names that a folded line tells; the rest it counts."""


def folded(failures: Mapping[str, Exception], noun: str) -> list[str]:
    """Return a line for each reason. `failures` are by the name of what failed, such as a job's.

    `noun` is the plural of what the names name.
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, error in failures.items():
        groups[reason_of(error)].append(name)
    return [_line([(name, failures[name]) for name in names], noun) for names in groups.values()]


def _line(alike: list[tuple[str, Exception]], noun: str) -> str:
    _, first = alike[0]
    if len(alike) == 1:
        return said(first)
    more = len(alike) - MOST_NAMES
    names = ", ".join(name for name, _ in alike[:MOST_NAMES])
    told = f"{names} and {more} more" if more > 0 else names
    return f"{len(alike)} {noun} ({told}): {shared(first)}"


def reason_of(error: Exception) -> str:
    """Return what failures alike have in common."""
    return error.reason if isinstance(error, ServiceError) else said(error)


def shared(error: Exception) -> str:
    """Return what may be said of all that failed as this one did: all but the call's name."""
    return error.reason + error.detail if isinstance(error, ServiceError) else said(error)


def said(error: Exception) -> str:
    """Return the whole of an error as one text."""
    return "; ".join(lines_of(error))
