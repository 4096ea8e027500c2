"""How deep data is nested. Python's own functions end at a depth that depends on who calls them."""

from __future__ import annotations

from itertools import chain
from typing import Any


def is_nested_deeper(value: Any, levels: int) -> bool:
    """Say whether lists and mappings in JSON data are nested deeper than so many levels."""
    level = [value]
    for _ in range(levels):
        if not level:
            return False
        lists = (item for item in level if isinstance(item, list))
        mappings = (item.values() for item in level if isinstance(item, dict))
        level = list(chain.from_iterable(chain(lists, mappings)))
    return bool(level)
