"""One name in two spellings: snake_case in Python, camelCase in YAML and in the service's API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any


@cache
def camel(name: str) -> str:
    """Return a snake_case name in camelCase."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def camel_keys(value: Any) -> Any:
    """Return arguments in YAML's spelling at every level; tags keep the names that they have."""
    if isinstance(value, list):
        return [camel_keys(item) for item in value]
    if isinstance(value, Mapping):
        return {camel(k): item if k == "tags" else camel_keys(item) for k, item in value.items()}
    return value


@cache
def snake(name: str) -> str:
    """Return a camelCase name in snake_case."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]", r"_\g<0>", name).lower()
