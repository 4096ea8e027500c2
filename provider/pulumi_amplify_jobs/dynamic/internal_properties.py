"""What a resource hands its provider about itself: the SDK's plugin passes on properties only.

Names that begin with two underscores are Pulumi's internal properties. The state has them, and no
preview shows them (sdk/go/common/resource: IsInternalPropertyKey). States of releases before this
module have none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from .sdk_internals import running_urn

URN = "__urn"
IGNORE_CHANGES = "__ignore_changes"
PROVIDER = "__provider"
"""The SDK's own: the serialized provider."""

STACK_TYPE = "pulumi:pulumi:Stack"


def internal_inputs(resource: Resource, name: str, opts: pulumi.ResourceOptions) -> dict[str, Any]:
    """Return the inputs by which the provider learns the resource's URN and what Pulumi ignores.

    The resource is not registered yet.
    """
    kind = type(resource)
    own = getattr(kind, "_resource_type_name", f"dynamic/amplify:{kind.__name__}")
    inputs: dict[str, Any] = {URN: _urn(f"pulumi-python:{own}", name, opts.parent)}
    if opts.ignore_changes:
        inputs[IGNORE_CHANGES] = list(opts.ignore_changes)
    return inputs


def internal_of(bag: Mapping[str, Any]) -> dict[str, Any]:
    """Return the internal properties of a bag, which every answer has to repeat to keep them."""
    return {name: bag[name] for name in (URN, IGNORE_CHANGES) if name in bag}


def urn_of(bag: Mapping[str, Any]) -> str:
    """Return the URN that a resource's program passed; empty where nobody knows it."""
    urn = bag.get(URN)
    return urn if isinstance(urn, str) else running_urn() or ""


def name_of(bag: Mapping[str, Any]) -> str:
    """Return the resource's name in the program; empty where nobody knows it."""
    return name_in(urn_of(bag))


def name_in(urn: str) -> str:
    """Return the name that a URN ends in, which may have colons; empty where there is no URN."""
    return urn.split("::", 3)[-1]


def _urn(
    resource_type: str, name: str, parent: pulumi.Resource | None
) -> str | Awaitable[str | None]:
    start = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::"
    if parent is None:
        return f"{start}{resource_type}::{name}"
    # Without the parent as a dependency: it would have to wait for its own child.
    above = parent.urn.future()

    async def below() -> str | None:
        urn = await above
        types = "" if urn is None else urn.split("::", 3)[2]
        prefix = f"{types}$" if types != STACK_TYPE else ""
        return None if urn is None else f"{start}{prefix}{resource_type}::{name}"

    return below()
