"""Property bags as they stand on the wire of Pulumi's plugin protocol."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import rpc

Bag = dict[str, Any]
"""Property values by name: JSON, with unknown and secret values in the wire's own spelling."""

UNKNOWN = rpc.UNKNOWN
"""What stands in a preview for a value that is known only after an up."""

PROVIDER = "__provider"
"""The property in which a dynamic resource carries its serialized provider."""


def to_struct(values: Mapping[str, Any]) -> Struct:
    """Return a bag as a message."""
    struct = Struct()
    struct.update(dict(values))
    return struct


def from_struct(struct: Struct) -> Bag:
    """Return a message as a bag."""
    bag: Bag = MessageToDict(struct)
    return bag


def secret(value: Any) -> Bag:
    """Return a value as the wire has a secret one."""
    bag: Bag = rpc.wrap_rpc_secret(value)
    return bag


def plain(value: Any) -> Any:
    """Return a value without its secrets' wrapping, at any depth."""
    if rpc.is_rpc_secret(value):
        return plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def with_secrets_of(values: Any, others: Any) -> Any:
    """Return values, secret wherever the others are.

    The SDK's dynamic provider takes no secrets and returns none: the engine passes plain values,
    and then marks the outputs by the inputs (annotateSecrets in sdk/go/common/resource/plugin).
    """
    if rpc.is_rpc_secret(others):
        return values if rpc.is_rpc_secret(values) else secret(values)
    if isinstance(values, dict) and isinstance(others, dict):
        marked = {key: with_secrets_of(values[key], others[key]) for key in values if key in others}
        return {**values, **marked}
    if isinstance(values, list) and isinstance(others, list) and len(values) == len(others):
        return [with_secrets_of(*pair) for pair in zip(values, others, strict=True)]
    return values


def config_text(value: Any) -> str:
    """Return a config value as the engine hands it on: text as it is, the rest as sorted JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def shown(bag: Bag) -> Bag:
    """Return a bag as tests read it: without internal properties, secrets as plain values."""
    return {name: plain(value) for name, value in bag.items() if not name.startswith("__")}
