"""Keeping a job's secret arguments out of messages about it.

The engine hides properties, no messages; and as the SDK's plugin asks it for plain values, only the
program knows what is secret. It says so with the input `secret`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..plan import FIELDS

SECRET = "secret"  # noqa: S105 (a property's name)
"""The input that says that an argument is a secret; absent where none is."""

VEIL = "(secret)"

REPEATING = ("when", "latest", "job_id", "declared", "plan", "previous")
"""Properties with operations and statuses below them; `previous` is of earlier releases."""


def veiled(text: str, bags: Iterable[Mapping[str, Any]]) -> str:
    """Return a message without operations and statuses of these bags, where they are secret.

    Statuses are short words, so they are taken out of messages about this one job only, and only
    where they stand as a word.
    """
    values = {value for bag in bags if bag.get(SECRET) for value in _values_in(bag)}
    if not values:
        return text
    longest_first = sorted(values, key=len, reverse=True)
    words = "|".join(map(re.escape, longest_first))
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", VEIL, text)


def _values_in(bag: Mapping[str, Any]) -> Iterator[str]:
    yield from _values_at(bag)
    for field in REPEATING:
        yield from _values_below(bag.get(field))


def _values_below(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _values_at(value)
        for part in value.values():
            yield from _values_below(part)


def _values_at(bag: Mapping[str, Any]) -> Iterator[str]:
    found = (bag.get(field) for field in FIELDS)
    return (value for value in found if isinstance(value, str) and value)
