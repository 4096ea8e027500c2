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


def with_markers(value: Any) -> Any:
    """Return the value with each unknown as the SDK's marker, which it can serialize."""
    return _with_unknown_as(rpc.UNKNOWN, value)


def for_config(value: Any) -> Any:
    """Return the value with each unknown as the config's readers take it."""
    return _with_unknown_as(UNKNOWN, value)


def _with_unknown_as(mark: Any, value: Any) -> Any:
    if _is_unknown(value):
        return mark
    if isinstance(value, Mapping):
        return {key: _with_unknown_as(mark, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_unknown_as(mark, item) for item in value]
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
