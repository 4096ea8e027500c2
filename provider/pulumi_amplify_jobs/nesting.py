"""What JSON may hold besides its bytes: levels and values.

Python's own functions end at a depth that depends on who calls them, and a value may take a hundred
times its bytes of memory.
"""

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


def has_more_values(content: bytes, most: int) -> bool:
    """Say whether JSON has more than so many values. It is not parsed for that.

    Keys are not counted, empty lists and mappings are twice. What is no JSON is taken for some.
    """
    if _structure(content) <= most:
        return False
    # Texts may have commas and brackets, too: they are taken out, those with escapes as well.
    plain = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    if plain.count(b'"') > 4 * most + 4:  # a key and a text have two each
        return True
    return _structure(b"".join(plain.split(b'"')[::2])) > most


def _structure(content: bytes) -> int:
    """Count what begins a value, but the very first: JSON has no more values than that and one."""
    return sum(map(content.count, (b"{", b"[", b",")))
