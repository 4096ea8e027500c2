"""Failures for one and the same reason share a line, with their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TypeVar

from ..errors import MOST_NAMES, ServiceError, listed
from .errors import said

K = TypeVar("K")


def folded(failures: Mapping[str, Exception], noun: str) -> list[str]:
    """Return a line for each reason. `failures` are by the name of what failed, such as a job's.

    `noun` is the plural of what the names name.
    """
    lines = []
    for names in grouped(failures):
        first = failures[names[0]]
        named = listed(names[:MOST_NAMES], len(names))
        alike = f"{len(names)} {noun} ({named}): {shared(first)}"
        lines.append(alike if len(names) > 1 else said(first))
    return lines


def grouped(failures: Mapping[K, Exception]) -> list[list[K]]:
    """Return the keys of failures, together where they have one and the same reason."""
    groups: defaultdict[str, list[K]] = defaultdict(list)
    for key, error in failures.items():
        groups[reason_of(error)].append(key)
    return list(groups.values())


def reason_of(error: Exception) -> str:
    """Return what is the same for all that fail as this one did."""
    return error.reason if isinstance(error, ServiceError) else said(error)


def shared(error: Exception) -> str:
    """Return what may be said of all that failed as this one did: all but the call's name."""
    return error.reason + error.detail if isinstance(error, ServiceError) else said(error)
