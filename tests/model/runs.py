"""Runs of a stack in the testing host, and what was seen of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.testing import Host, Result, RunFailedError
from pulumi_amplify_jobs.testing.calls import Call, CallFailed, Provider
from pulumi_amplify_jobs.testing.deployment import UpdateExecutor
from pulumi_amplify_jobs.testing.resources import Goal, Resource
from pulumi_amplify_jobs.testing.results import Step
from pulumi_amplify_jobs.testing.wire import UNKNOWN, Bag, plain, shown
from tests.protocol.reviewed import Planned, allowed

from .declared import Declared, Shown, World
from .universe import PLACES, Key, Place
from .witness import Event

Plan = Mapping[str, Step]
"""What a preview planned, by the resource's name."""


@dataclass(frozen=True)
class Named:
    """A write that a check, or a plan, has named."""

    place: Place | None
    key: tuple[str | None, str | None, str | None]
    """A part that is None was not known at review, so any will do."""
    before: Shown | None
    """What the job is to be moved away from; None: not known at review, whatever it is."""

    def allows(self, place: Place, key: Key, before: Shown | None) -> bool:
        """Say whether this is the write of a job that was as said."""
        fits = all(name in (None, part) for name, part in zip(self.key, key, strict=True))
        return self.place == place and fits and self.before in (None, before)


@dataclass(frozen=True)
class Run:
    """What was seen of one run."""

    kind: str
    declared: Declared
    before: Mapping[str, Resource]
    after: Mapping[str, Resource]
    start: World
    end: World
    events: tuple[Event, ...]
    calls: tuple[Call, ...]
    result: Result
    output: str
    """All that was shown to anybody."""
    lent: tuple[str, ...] = ()
    """Secrets that STS has lent."""
    plan: Plan | None = None
    """What was reviewed before this run."""
    refreshed: bool = True
    is_calm: bool = True
    """Whether nobody disturbed it, and no fault was there to strike."""
    was_ended: bool = False
    """Whether it was told to end before it was done."""
    has_unknown: bool = False
    """Whether an input of what is declared was not known."""
    is_upgrade: bool = False
    """Whether it is the first one with the state of a release."""

    @property
    def writes(self) -> list[Event]:
        """The updates that were sent, answered or not."""
        return [each for each in self.events if each.operation == "UpdateBackendJob"]

    @property
    def failed(self) -> bool:
        """Whether the run had an error."""
        return bool(self.result.errors)

    def told(self) -> str:
        """Return the run as a line of the story."""
        ended = f"failed: {'; '.join(map(str, self.result.errors))}" if self.failed else "done"
        changes = ", ".join(f"{name} {op}" for name, op in self.result.changes.items())
        writes = ", ".join(f"{'/'.join(e.key or ())} in {e.place.region}" for e in self.writes)
        return f"{self.kind} {ended}; changes: {changes or 'none'}; writes: {writes or 'none'}"


@dataclass
class Runner:
    """Has a host run, and gathers what is to be known of it."""

    host: Host
    seen: Callable[[], tuple[Event, ...]]
    world: Callable[[], World]

    def __call__(self, kind: str, work: Callable[[], Result], **circumstances: Any) -> Run:
        start, before = self.world(), dict(self.host.resources)
        declared, secrets = circumstances.pop("declared"), circumstances.pop("secrets")
        try:
            result = work()
        except RunFailedError as failed:
            result = failed.result
        shown_to_users = [line.message for line in result.log]
        shown_to_users += [str(each) for each in result.errors]
        for plugin in self.host._plugins:
            shown_to_users += [plugin.stop(), plugin.stderr()]
        self.host._plugins.clear()
        return Run(
            kind=kind,
            declared=declared,
            before=before,
            after=dict(self.host.resources),
            start=start,
            end=self.world(),
            events=self.seen(),
            calls=tuple(self.host.calls),
            result=result,
            output="\n".join([*shown_to_users, result.printed]),
            lent=tuple(secrets()),
            **circumstances,
        )


@dataclass
class Reviewed(UpdateExecutor):
    """Makes the calls that a plan allows, as the engine does with `up --plan`."""

    plan: Plan

    def create(self, provider: Provider, goal: Goal, inputs: Bag) -> Resource:
        self._check(goal, inputs)
        return super().create(provider, goal, inputs)

    def update(self, provider: Provider, old: Resource, goal: Goal, inputs: Bag) -> Resource:
        self._check(goal, inputs)
        return super().update(provider, old, goal, inputs)

    def _check(self, goal: Goal, inputs: Bag) -> None:
        planned = self.plan.get(goal.name)
        if planned is None:
            raise CallFailed("violates plan: it was not planned")
        found = Planned(planned.operation != "same", dict(planned.inputs))
        if not allowed(found, Planned(True, shown(inputs))):
            raise CallFailed("violates plan")


def named_in(inputs: Mapping[str, Any]) -> Iterator[Named]:
    """Yield the writes that the checked inputs of a resource name."""
    values = plain(dict(inputs))
    target = values.get("target", "")
    place = PLACES.get(target)
    if "match" in values:
        matches = values.get("matches") or {}
        # A rule that is not known at review names nothing.
        for text, move in matches.items() if matches != UNKNOWN else ():
            yield Named(place, JobKey.parse(text).parts, _from(move))
        return
    plan = values.pop("plan", None)
    names = ("app_id", "backend_environment_name", "job_id")
    parts = [None if values[each] == UNKNOWN else values[each] for each in names]
    key = (parts[0], parts[1], parts[2])
    # Only where an input is not known may the plan be so.
    if plan == UNKNOWN and any(values[each] == UNKNOWN for each in values if each != "created"):
        yield Named(place, key, None)
    elif isinstance(plan, Mapping) and plan.get("action") == "update":
        yield Named(place, key, _from(plan))


def _from(move: Mapping[str, Any]) -> Shown:
    before = move.get("from", {})
    return Shown(before.get("operation"), before.get("status"))


def named_by_checks(run: Run) -> list[Named]:
    """Return the writes that the checks of a run itself have named."""
    answers = [each.answer for each in run.calls if each.method == "Check" and each.answer]
    return [named for each in answers for named in named_in(each.get("inputs", {}))]


def named_by_plan(plan: Plan) -> list[Named]:
    """Return the writes that a preview has named."""
    return [named for step in plan.values() for named in named_in(step.inputs)]
