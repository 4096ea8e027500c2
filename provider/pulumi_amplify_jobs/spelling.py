"""One name in two spellings: snake_case in Python, camelCase in YAML and in the service's API."""

from __future__ import annotations

import re
from functools import cache


@cache
def camel(name: str) -> str:
    """Return a snake_case name in camelCase."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


@cache
def snake(name: str) -> str:
    """Return a camelCase name in snake_case."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]", r"_\g<0>", name).lower()
