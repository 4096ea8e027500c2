"""Values that are known only in the update, such as outputs of resources not created yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.output import Unknown
from pulumi.runtime import rpc

from ..config.unknown import UNKNOWN


def unknown_fields(bag: Mapping[str, Any]) -> frozenset[str]:
    """Return the properties that are unknown, in whole or in part."""
    return frozenset(field for field, value in bag.items() if _has_unknown(value))


def with_markers(value: Any, marker: Any = rpc.UNKNOWN) -> Any:
    """Return the value with a marker in place of each unknown: the SDK's, which it can serialize.

    The config's readers take UNKNOWN.
    """
    if _is_unknown(value):
        return marker
    if isinstance(value, Mapping):
        return {key: with_markers(item, marker) for key, item in value.items()}
    if isinstance(value, list):
        return [with_markers(item, marker) for item in value]
    return value


def _has_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(_has_unknown(item) for item in value)
    return _is_unknown(value)


def _is_unknown(value: Any) -> bool:
    marked = value is UNKNOWN or (isinstance(value, str) and value == rpc.UNKNOWN)
    return marked or isinstance(value, Unknown)
