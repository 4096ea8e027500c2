"""Stand-ins for what an offline check can't know, so that everything else is judged all the same.

They are only ever checked, never sent: what takes part in a job's key is unlike any other value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..domain.jobs import OPERATIONS, STATUSES
from ..spelling import snake
from .diagnostics import Entry
from .loader import DEFAULT_KEYS, NAMESPACE, REQUIRED_KEYS, Defaults
from .stack_file import ENVIRONMENT, Sealed

JOBS = f"{NAMESPACE}:jobs"
DEFAULTS = f"{NAMESPACE}:defaults"
TARGETS = f"{NAMESPACE}:targets"

UNKNOWN_DEFAULTS = Defaults(
    {key: f"<{key}>" for key in DEFAULT_KEYS}, frozenset({"operation", "status"})
)
"""What a stack's defaults may be, where they can't be seen."""


def lacks(arguments: Mapping[str, Any]) -> list[str]:
    """Return the keys that a job's arguments have a stand-in for, from unknown defaults."""
    known = UNKNOWN_DEFAULTS.values
    return [key for key in DEFAULT_KEYS if arguments.get(snake(key)) == known[key]]


def without_sealed(
    entries: Mapping[str, Entry], sealed: Iterable[Sealed]
) -> tuple[dict[str, Entry], Defaults]:
    """Return the entries with stand-ins for what is sealed, and the defaults below their own."""
    opened = dict(entries)
    base = Defaults({})
    for each in sealed:
        if each.key == ENVIRONMENT or (each.key == DEFAULTS and not each.path):
            base = UNKNOWN_DEFAULTS
        if each.key in opened:
            _open(opened, each)
    return opened, base


def _open(entries: dict[str, Entry], sealed: Sealed) -> None:
    """Put a stand-in in the place of one sealed value, or leave out what holds it."""
    entry = entries[sealed.key]
    name, *rest = sealed.path or ("",)
    held = entry.value.get(name) if isinstance(entry.value, dict) else None
    if sealed.key == DEFAULTS and held is not None:
        value = _with_stand_in(entry.value, str(name), f"<{name}>")
    elif sealed.key == JOBS and rest and isinstance(held, dict):
        job = _with_stand_in(held, str(rest[0]), f"<{rest[0]} of {name}>")
        value = {**entry.value, str(name): job}
    elif sealed.key == TARGETS and held is not None:
        known = {key: each for key, each in held.items() if rest and key != rest[0]}
        value = {**entry.value, str(name): known}
    elif sealed.key == JOBS and held is not None:
        value = {key: job for key, job in entry.value.items() if key != name}
    else:
        del entries[sealed.key]
        return
    entries[sealed.key] = Entry(value, entry.origin)


def _with_stand_in(values: Mapping[str, Any], field: str, key_part: str) -> dict[str, Any]:
    """Return a job's values, or defaults, with a stand-in for one of them."""
    known = {"operation": OPERATIONS[0], "status": STATUSES[0]}
    rest = {name: value for name, value in values.items() if name != field}
    if field in known:
        return {**rest, field: known[field]}
    return {**rest, field: key_part} if field in REQUIRED_KEYS else rest
