"""Sees each request to the emulator and what it was answered, and moves jobs in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.emulator.fault_kinds import Invocation, Reply

from .declared import App, Live, Region, Shown, World
from .universe import ASTRAY, EAST, HERE, WEST, Key, Place


@dataclass(frozen=True)
class Event:
    """A request, or a move of somebody else's, in the order in which the service saw them."""

    operation: str
    """Of the service; `move` is somebody else's."""
    place: Place
    key: Key | None
    """The job that is asked for; None in a list."""
    sent: Shown
    """What an update asks for."""
    shown: Mapping[Key, Shown | None]
    """What the client could read of jobs in the answer; None: there is no such job."""
    fault: str | None = None


@dataclass(frozen=True)
class Disturbance:
    """What happens around a request of a run: the nth one of an operation that is about a job."""

    operation: str
    """`Read` is both ways to read a job."""
    place: Place
    key: Key
    number: int
    is_after: bool
    """Whether the request is answered first."""
    act: Callable[[], None]


@dataclass
class Witness:
    """What was seen since `clear`. The emulator calls it in its own thread."""

    emulator: Emulator
    events: list[Event] = field(default_factory=list)
    disturbance: Disturbance | None = None
    _count: int = 0

    def __post_init__(self) -> None:
        faults = self.emulator._state.faults
        run = faults.run

        def watched(call: Invocation) -> Reply:
            before, after = self._disturbed(call)
            before()
            reply = run(call)
            self.events.append(event_of(call, reply))
            after()
            return reply

        faults.run = watched  # type: ignore[method-assign]

    def clear(self) -> None:
        """Forget what was seen, and disturb nothing."""
        self.events.clear()
        self.disturbance, self._count = None, 0

    def moved(self, place: Place, key: Key, shown: Shown | None) -> None:
        """Note a move."""
        self.events.append(Event("move", place, key, Shown(None, None), {key: shown}))

    def world(self) -> World:
        """Return all there is."""
        places = (HERE, EAST, WEST, ASTRAY)
        return {each: _region(self.emulator, each) for each in places}

    def _disturbed(self, call: Invocation) -> tuple[Callable[[], None], Callable[[], None]]:
        nothing: Callable[[], None] = lambda: None  # noqa: E731
        wish = self.disturbance
        if wish is None or not is_about(call, wish):
            return nothing, nothing
        self._count += 1
        if self._count != wish.number:
            return nothing, nothing
        return (nothing, wish.act) if wish.is_after else (wish.act, nothing)


def is_about(call: Invocation, wish: Disturbance) -> bool:
    """Say whether a request is one that a disturbance counts."""
    reads = call.operation in ("GetBackendJob", "ListBackendJobs")
    if call.operation != wish.operation and not (wish.operation == "Read" and reads):
        return False
    asked = [call.inputs.get(name) for name in ("appId", "backendEnvironmentName", "jobId")]
    whole = (*wish.key[:2], asked[2] or wish.key[2])
    return place_of(call) == wish.place and tuple(asked[:2]) == wish.key[:2] and whole == wish.key


def place_of(call: Invocation) -> Place:
    """Return where a request was sent to."""
    return Place(call.caller.account_id, call.caller.signer.region or "")


def event_of(call: Invocation, reply: Reply) -> Event:
    """Return a request and its answer as an event."""
    inputs = call.inputs
    key = [str(inputs.get(each)) for each in ("appId", "backendEnvironmentName", "jobId")]
    is_one = call.operation in ("GetBackendJob", "UpdateBackendJob")
    job = (key[0], key[1], key[2]) if is_one else None
    sent = Shown(inputs.get("operation"), inputs.get("status"))
    return Event(call.operation, place_of(call), job, sent, dict(_shown(job, reply)), reply.fault)


def _shown(asked: Any, reply: Reply) -> Iterable[tuple[Key, Shown | None]]:
    if reply.answer is None:
        return
    try:
        body = json.loads(reply.answer.body)
    except ValueError:
        return
    if reply.answer.status == 404 and asked is not None:
        yield asked, None
    if reply.answer.status != 200:
        return
    for job in body.get("jobs", [body] if asked is not None else ()):
        key = (job.get("appId"), job.get("backendEnvironmentName"), job.get("jobId"))
        yield key, Shown(job.get("operation"), job.get("status"))


def _region(emulator: Emulator, place: Place) -> Region:
    region = emulator.at(place.account, place.region)
    jobs = {
        each.key: Live(Shown(each.operation, each.status), each.create_time, each.update_time)
        for each in region.jobs()
    }
    apps = {
        each.app_id: App(each.app_id, each.name or each.app_id, each.tags) for each in region.apps()
    }
    return Region(jobs, apps)
