"""The engine's order of calls for what a program registers: check, diff, then what follows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from .acting import Acting, InitFailed
from .calls import CallFailed, Difference, Provider
from .journal import Journal
from .resources import Goal, Resource, Snapshot, is_dynamic, type_of
from .results import Operation, Problem
from .wire import with_secrets_of


class Stopped(Exception):  # noqa: N818 - reads as what happened
    """The run has failed, and takes no further resource."""


@dataclass(frozen=True)
class _Decision:
    operation: Operation
    goal: Goal
    inputs: dict[str, object]
    old: Resource | None = None
    delete_first: bool = False


@dataclass
class Deployment:
    """One preview or update. `register` may be called from any thread."""

    snapshot: Snapshot
    acting: Acting
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
        except CallFailed as failed:
            self._refuse(Problem("\n".join(failed.reasons), _name(goal)))
        except InitFailed as failed:
            self.snapshot.put(failed.resource)
            self._refuse(Problem(str(failed), _name(goal)))
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
                self.acting.delete(self.provider(), old)
        except CallFailed as failed:
            self.journal.problem(Problem("\n".join(failed.reasons), old.name))
            return
        if not replaced:
            del self.snapshot.resources[old.urn]
            if old.goal.custom:
                self.journal.step(old.urn, "delete", old.inputs, old.outputs, old.inputs)

    def _decide(self, goal: Goal) -> _Decision:
        if self.journal.failed:
            raise Stopped
        if goal.urn in self._seen:
            self._refuse(Problem("is declared twice: give each resource its own name", _name(goal)))
        self._seen.add(goal.urn)
        old = self.snapshot.resources.get(goal.urn)
        if not goal.custom:
            return _Decision("same", goal, goal.inputs, old)
        if not is_dynamic(goal):
            kind = type_of(goal.urn)
            self._refuse(
                Problem(
                    f"{kind} is not a dynamic resource: test it with Pulumi's own mocks "
                    "or a real engine",
                    _name(goal),
                )
            )
        try:
            return self._compared(goal, old)
        except CallFailed as failed:
            self._refuse(Problem("\n".join(failed.reasons), _name(goal)))

    def _compared(self, goal: Goal, old: Resource | None) -> _Decision:
        inputs = self._checked(goal, old.inputs if old else {})
        if old is None:
            return _Decision("create", goal, inputs)
        found = self.provider().diff(goal.urn, old.id, old.outputs, old.inputs, inputs)
        if found.replaces:
            return self._replacing(goal, old, found)
        changes = inputs != old.inputs if found.changes is None else found.changes
        # What failed to initialise is updated, so that it gets another chance.
        return _Decision("update" if changes or old.init_errors else "same", goal, inputs, old)

    def _replacing(self, goal: Goal, old: Resource, found: Difference) -> _Decision:
        if goal.protect and old.goal.protect:
            message = "is protected and can't be replaced: remove protect first"
            self._refuse(Problem(message, _name(goal)))
        # A replacement is a new resource: it is checked again, without a past.
        inputs = self._checked(goal, {})
        first = found.delete_before_replace or goal.delete_before_replace
        return _Decision("replace", goal, inputs, old, delete_first=first)

    def _checked(self, goal: Goal, old_inputs: dict[str, object]) -> dict[str, object]:
        answer = self.provider().check(goal.urn, old_inputs, goal.inputs)
        for name, reason in answer.failures.items():
            self.journal.problem(Problem(reason, _name(goal), name))
        if answer.failures:
            raise Stopped
        checked: dict[str, object] = with_secrets_of(answer.inputs, goal.inputs)
        return checked

    def _carry_out(self, decision: _Decision) -> Resource:
        goal, inputs, old = decision.goal, decision.inputs, decision.old
        resource = self._acted(decision)
        if goal.custom:
            old_inputs = old.inputs if old else {}
            self.journal.step(goal.urn, decision.operation, inputs, resource.outputs, old_inputs)
        return resource

    def _acted(self, decision: _Decision) -> Resource:
        goal, inputs, old = decision.goal, decision.inputs, decision.old
        if not goal.custom:
            return Resource(goal.urn, "", inputs, inputs, goal)
        if old is None:
            return self.acting.create(self.provider(), goal, inputs)
        if decision.operation == "update":
            return self.acting.update(self.provider(), old, goal, inputs)
        if decision.operation == "same":
            return Resource(goal.urn, old.id, inputs, old.outputs, goal)
        if decision.delete_first:
            self.acting.delete(self.provider(), old)
        else:
            self._replaced.append(old)
        return self.acting.create(self.provider(), goal, inputs)

    def _refuse(self, problem: Problem) -> NoReturn:
        self.journal.problem(problem)
        raise Stopped


def _name(goal: Goal) -> str:
    return goal.urn.split("::", 3)[-1]
