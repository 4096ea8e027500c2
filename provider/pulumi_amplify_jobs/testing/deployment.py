"""The engine's order of calls for what a program registers: check, diff, then what follows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NoReturn

from .calls import CallFailed, Difference, Live, Provider
from .resources import Goal, Resource, Snapshot, is_dynamic, type_of
from .results import Journal, Operation, Problem
from .wire import Bag, from_struct, with_secrets_of


class Stopped(Exception):  # noqa: N818 - reads as what happened
    """The run has failed, and takes no further resource."""


class InitFailed(CallFailed):
    """A resource is there, but not as declared; it stays in the state."""

    def __init__(self, resource: Resource) -> None:
        super().__init__("\n".join(resource.init_errors))
        self.resource = resource


class PreviewExecutor:
    """Makes no call: the outputs of what would be made or changed are its inputs."""

    dry_run = True
    """Whether the program is to know that nothing is done."""

    def create(self, _provider: Provider, goal: Goal, inputs: Bag) -> Resource:
        """Return the resource that is created; in a preview without its ID."""
        return goal.resource("", inputs, inputs)

    def update(self, _provider: Provider, old: Resource, goal: Goal, inputs: Bag) -> Resource:
        """Return the resource that is updated."""
        return goal.resource(old.id, inputs, inputs)

    def delete(self, provider: Provider, old: Resource) -> None:
        """Delete a resource, unless it is to be retained."""


class UpdateExecutor(PreviewExecutor):
    """Makes the provider's calls. They raise CallFailed, or InitFailed with what is kept."""

    dry_run = False

    def create(self, provider: Provider, goal: Goal, inputs: Bag) -> Resource:
        """Create a resource."""
        return _done(goal, inputs, lambda: provider.create(goal.urn, inputs))

    def update(self, provider: Provider, old: Resource, goal: Goal, inputs: Bag) -> Resource:
        """Update a resource."""
        return _done(goal, inputs, lambda: provider.update(old, inputs))

    def delete(self, provider: Provider, old: Resource) -> None:
        """Delete a resource, unless it is to be retained."""
        if not old.goal.retain_on_delete:
            provider.delete(old)


def _done(goal: Goal, inputs: Bag, call: Callable[[], Live]) -> Resource:
    try:
        live = call()
    except CallFailed as failed:
        if failed.partial is None:
            raise
        kept = with_secrets_of(from_struct(failed.partial.inputs), inputs) or inputs
        outputs = with_secrets_of(from_struct(failed.partial.properties), kept)
        made = goal.resource(failed.partial.id, kept, outputs)
        raise InitFailed(replace(made, init_errors=failed.reasons)) from None
    return goal.resource(live.id, inputs, with_secrets_of(live.outputs, inputs))


@dataclass(frozen=True)
class _Decision:
    operation: Operation
    goal: Goal
    inputs: Bag
    old: Resource | None = None
    delete_first: bool = False


@dataclass
class Deployment:
    """One preview or update. `register` may be called from any thread."""

    snapshot: Snapshot
    executor: PreviewExecutor
    journal: Journal
    provider: Callable[[], Provider]
    """The provider with the stack's config; asked for at the first resource."""
    _seen: set[str] = field(default_factory=set)
    _replaced: list[Resource] = field(default_factory=list)
    _deciding: threading.Lock = field(default_factory=threading.Lock)

    def register(self, goal: Goal) -> Resource:
        """Bring a resource to what the program declares, and return it. Raises Stopped."""
        # As in the engine, one resource after the other is checked; they are changed side by side.
        with self._deciding:
            decision = self._decide(goal)
        try:
            resource = self._carry_out(decision)
        except InitFailed as failed:
            self.snapshot.put(failed.resource)
            self._refuse(goal, str(failed))
        except CallFailed as failed:
            self._refuse(goal, str(failed))
        self.snapshot.put(resource)
        return resource

    def finish(self) -> None:
        """Delete what was replaced, and what the program declares no more: the newest first."""
        unseen = [old for urn, old in self.snapshot.resources.items() if urn not in self._seen]
        for old in [*reversed(self._replaced), *reversed(unseen)]:
            self.delete(old)

    def delete(self, old: Resource) -> None:
        """Delete a resource, unless the run has failed."""
        if self.journal.failed:
            return
        replaced = old in self._replaced
        if old.goal.protect and not replaced:
            message = "is protected and can't be deleted: remove protect first, then the resource"
            self.journal.problem(Problem(message, old.name))
            return
        try:
            if old.goal.custom:
                self.executor.delete(self.provider(), old)
        except CallFailed as failed:
            self.journal.problem(Problem(str(failed), old.name))
            return
        if not replaced:
            del self.snapshot.resources[old.urn]
            if old.goal.custom:
                self.journal.step(old.urn, "delete", old.inputs, old.outputs, old.inputs)

    def _decide(self, goal: Goal) -> _Decision:
        if self.journal.failed:
            raise Stopped
        if goal.urn in self._seen:
            self._refuse(goal, "is declared twice: give each resource its own name")
        self._seen.add(goal.urn)
        old = self.snapshot.resources.get(goal.urn)
        if not goal.custom:
            return _Decision("same", goal, goal.inputs, old)
        if not is_dynamic(goal):
            advice = "test it with Pulumi's own mocks or a real engine"
            self._refuse(goal, f"{type_of(goal.urn)} is not a dynamic resource: {advice}")
        try:
            return self._compared(goal, old)
        except CallFailed as failed:
            self._refuse(goal, str(failed))

    def _compared(self, goal: Goal, old: Resource | None) -> _Decision:
        inputs = self._checked(goal, old.inputs if old else {})
        if old is None:
            return _Decision("create", goal, inputs)
        found = self.provider().diff(old, inputs)
        if found.replaces:
            return self._replacing(goal, old, found)
        changes = inputs != old.inputs if found.changes is None else found.changes
        # What failed to initialise is updated, so that it gets another chance.
        return _Decision("update" if changes or old.init_errors else "same", goal, inputs, old)

    def _replacing(self, goal: Goal, old: Resource, found: Difference) -> _Decision:
        if goal.protect and old.goal.protect:
            self._refuse(goal, "is protected and can't be replaced: remove protect first")
        # A replacement is a new resource: it is checked again, without a past.
        inputs = self._checked(goal, {})
        first = found.delete_before_replace or goal.delete_before_replace
        return _Decision("replace", goal, inputs, old, delete_first=first)

    def _checked(self, goal: Goal, old_inputs: Bag) -> Bag:
        answer = self.provider().check(goal.urn, old_inputs, goal.inputs)
        for name, reason in answer.failures.items():
            self.journal.problem(Problem(reason, goal.name, name))
        if answer.failures:
            raise Stopped
        checked: Bag = with_secrets_of(answer.inputs, goal.inputs)
        return checked

    def _carry_out(self, decision: _Decision) -> Resource:
        goal, inputs, old = decision.goal, decision.inputs, decision.old
        if not goal.custom:
            return Resource(goal.urn, "", inputs, inputs, goal)
        if old is None:
            resource = self.executor.create(self.provider(), goal, inputs)
        elif decision.operation == "update":
            resource = self.executor.update(self.provider(), old, goal, inputs)
        elif decision.operation == "same":
            resource = Resource(goal.urn, old.id, inputs, old.outputs, goal)
        else:
            if decision.delete_first:
                self.executor.delete(self.provider(), old)
            else:
                self._replaced.append(old)
            resource = self.executor.create(self.provider(), goal, inputs)
        old_inputs = old.inputs if old else {}
        self.journal.step(goal.urn, decision.operation, inputs, resource.outputs, old_inputs)
        return resource

    def _refuse(self, goal: Goal, message: str) -> NoReturn:
        self.journal.problem(Problem(message, goal.name))
        raise Stopped
