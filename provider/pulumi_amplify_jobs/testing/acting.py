"""What a run does about the steps it decided on: a preview only says so, an update does them."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from .calls import CallFailed, Live, Provider
from .resources import Goal, Resource, hidden
from .wire import from_struct, with_secrets_of


class Acting(Protocol):
    """What becomes of a step. Each method returns the resource as it is afterwards."""

    dry_run: bool
    """Whether the program is to know that nothing is done."""

    def create(self, provider: Provider, goal: Goal, inputs: dict[str, object]) -> Resource:
        """Create a resource."""
        ...

    def update(
        self, provider: Provider, old: Resource, goal: Goal, inputs: dict[str, object]
    ) -> Resource:
        """Update a resource."""
        ...

    def delete(self, provider: Provider, old: Resource) -> None:
        """Delete a resource."""
        ...


class Previewing:
    """Makes no call: the outputs of what would be made or changed are its inputs."""

    dry_run = True

    def create(self, _provider: Provider, goal: Goal, inputs: dict[str, object]) -> Resource:
        """Return the resource without an ID, which only the provider knows."""
        return Resource(goal.urn, "", inputs, hidden(inputs, goal.additional_secret_outputs), goal)

    def update(
        self, _provider: Provider, old: Resource, goal: Goal, inputs: dict[str, object]
    ) -> Resource:
        """Return the resource with its new inputs."""
        outputs = hidden(inputs, goal.additional_secret_outputs)
        return replace(old, inputs=inputs, outputs=outputs, goal=goal)

    def delete(self, _provider: Provider, old: Resource) -> None:
        """Do nothing."""


class InitFailed(Exception):  # noqa: N818 - reads as what happened
    """The resource is there, but not as declared; it stays in the state."""

    def __init__(self, resource: Resource) -> None:
        super().__init__("\n".join(resource.init_errors))
        self.resource = resource


class Updating:
    """Makes the provider's calls. They raise CallFailed, or InitFailed with what is kept."""

    dry_run = False

    def create(self, provider: Provider, goal: Goal, inputs: dict[str, object]) -> Resource:
        """Create a resource."""
        try:
            live = provider.create(goal.urn, inputs)
        except CallFailed as failed:
            raise _kept(goal, inputs, failed) from None
        return _made(goal, inputs, live)

    def update(
        self, provider: Provider, old: Resource, goal: Goal, inputs: dict[str, object]
    ) -> Resource:
        """Update a resource."""
        try:
            live = provider.update(goal.urn, old.id, old.outputs, old.inputs, inputs)
        except CallFailed as failed:
            raise _kept(goal, inputs, failed) from None
        return _made(goal, inputs, live)

    def delete(self, provider: Provider, old: Resource) -> None:
        """Delete a resource, unless it is to be retained."""
        if not old.goal.retain_on_delete:
            provider.delete(old.urn, old.id, old.outputs, old.inputs)


def _made(goal: Goal, inputs: dict[str, object], live: Live) -> Resource:
    outputs = hidden(with_secrets_of(live.outputs, inputs), goal.additional_secret_outputs)
    return Resource(goal.urn, live.id, inputs, outputs, goal)


def _kept(goal: Goal, inputs: dict[str, object], failed: CallFailed) -> Exception:
    """Return what to raise: InitFailed where the provider says what it left behind."""
    if failed.partial is None:
        return failed
    live = Live(failed.partial.id, from_struct(failed.partial.properties))
    kept_inputs = with_secrets_of(from_struct(failed.partial.inputs), inputs) or inputs
    made = _made(goal, kept_inputs, live)
    return InitFailed(replace(made, init_errors=tuple(failed.partial.reasons)))
