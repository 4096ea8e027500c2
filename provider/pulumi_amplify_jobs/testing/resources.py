"""What a program declares, what the state holds of it, and the names of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .wire import PROVIDER, Bag, secret

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE = "pulumi:providers:pulumi-python"


@dataclass(frozen=True)
class Goal:
    """A resource as the program registers it."""

    urn: str
    inputs: Bag
    custom: bool = True
    """Whether a provider stands behind it; a component has none."""
    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    additional_secret_outputs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return name_of(self.urn)

    def resource(self, resource_id: str, inputs: Bag, outputs: Bag) -> Resource:
        """Return the resource that it became; outputs are secret as the program has it."""
        names = self.additional_secret_outputs
        hidden = {name: secret(outputs[name]) for name in names if name in outputs}
        return Resource(self.urn, resource_id, inputs, {**outputs, **hidden}, self)


@dataclass(frozen=True)
class Resource:
    """A resource in the state, its values as on the wire."""

    urn: str
    id: str
    inputs: Bag
    outputs: Bag
    goal: Goal
    init_errors: tuple[str, ...] = ()
    """Why the resource is there but not as declared: it failed to initialise."""

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return name_of(self.urn)


@dataclass
class Snapshot:
    """A stack's state."""

    resources: dict[str, Resource] = field(default_factory=dict)
    """By URN, in the order in which they were last registered."""
    provider_config: Mapping[str, str] | None = None
    """The config of the last update: with it a refresh reads, and a destroy deletes."""

    def copy(self) -> Snapshot:
        """Return a snapshot of its own."""
        return Snapshot(dict(self.resources), self.provider_config)

    def put(self, resource: Resource) -> None:
        """Keep a resource, behind all that are there."""
        self.resources.pop(resource.urn, None)
        self.resources[resource.urn] = resource


def urn_of(stack: str, project: str, resource_type: str, name: str, parent: str = "") -> str:
    """Return a resource's URN; the parent's type is a part of it, unless that is the stack."""
    above = type_of(parent)
    prefix = f"{above}$" if above and above != STACK_TYPE else ""
    return f"urn:pulumi:{stack}::{project}::{prefix}{resource_type}::{name}"


def provider_urn(stack: str, project: str) -> str:
    """Return the URN of the default provider of Python's dynamic resources."""
    return urn_of(stack, project, PROVIDER_TYPE, "default")


def type_of(urn: str) -> str:
    """Return the types in a URN, the parents' first: `parent$child`; empty for no URN."""
    parts = urn.split("::", 3)
    return parts[2] if len(parts) == 4 else ""


def name_of(urn: str) -> str:
    """Return the resource's name in a URN."""
    return urn.split("::", 3)[-1]


def labels(urns: Iterable[str]) -> dict[str, str]:
    """Return each URN's short label: the resource's name, or the whole URN where two share it."""
    known = set(urns)
    shared = Counter(map(name_of, known))
    return {urn: name_of(urn) if shared[name_of(urn)] == 1 else urn for urn in known}


def is_dynamic(goal: Goal) -> bool:
    """Say whether a dynamic provider stands behind a resource."""
    return PROVIDER in goal.inputs
