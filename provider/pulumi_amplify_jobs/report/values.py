"""JSON values of a preview as a report takes them: what is not as it should be is absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..domain.keys import KEY_FIELDS, JobKey

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for a value that only the update will know (pulumi/pulumi,
sdk/go/common/resource/plugin/rpc.go: UnknownStringValue)."""

SECRET_MARK = "4dabf18193072939515e22adb298388d"  # noqa: S105 (a key's name)
"""The key that marks a mapping as a secret (pulumi/pulumi, sdk/go/common/resource/sig/sig.go)."""

SECRET = "[secret]"  # noqa: S105 (what the CLI shows in place of one)
KNOWN_AFTER_UP = "(known after up)"


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping, an empty one in place of anything else, and of a secret one."""
    return value if isinstance(value, dict) and SECRET_MARK not in value else {}


def items(value: Any) -> Sequence[Any]:
    """Return a list, an empty one in place of anything else."""
    return value if isinstance(value, list) else ()


def has_unknown(value: Any) -> bool:
    """Say whether a value is known only after an update, in whole or in part."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return bool(value == UNKNOWN)


def text(value: Any) -> str | None:
    """Return text as a report shows it, or None where there is none.

    A secret is `[secret]`, also where its value stands there.
    """
    if isinstance(value, dict) and SECRET_MARK in value:
        return SECRET
    if value == UNKNOWN:
        return KNOWN_AFTER_UP
    return value if isinstance(value, str) and value else None


def key_of(values: Iterable[Any]) -> JobKey | None:
    """Return the job key of three JSON values, or None where one is no text."""
    parts = [part for part in map(text, values) if part]
    return JobKey(*parts) if len(parts) == len(KEY_FIELDS) else None
