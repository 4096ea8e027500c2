"""Sees each request to the emulator and what it was answered, and moves jobs in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_amplify_jobs.emulator import Emulator, Job
from pulumi_amplify_jobs.emulator.fault_kinds import Invocation, Reply

from .declared import App, Live, Region, Shown, World
from .universe import ASTRAY, PLACES, Key, Place

NOTHING = Shown(None, None)


@dataclass(frozen=True)
class Event:
    """A request, or a move of somebody else's, in the order in which the service saw them."""

    operation: str
    """Of the service; `move` is somebody else's, and so is what a disturbance does."""
    place: Place
    key: Key | None = None
    """The job that is asked for; None in a list."""
    sent: Shown = NOTHING
    """What an update asks for."""
    shown: Mapping[Key, Live | None] = field(default_factory=dict)
    """What the client could read of jobs in the answer; None: there is no such job."""
    fault: str | None = None


@dataclass(frozen=True)
class Disturbance:
    """What happens around a request of a run: the nth one of an operation that is about a job."""

    operation: str
    """`Read` is both ways to read a job, `Reread` asks for one that was shown before."""
    job: tuple[Place, Key] | None
    """None: any."""
    number: int
    is_after: bool
    """Whether the request is answered first."""
    name: str
    act: Callable[[Place, Key | None], None]
    """Called with what the request is about."""


@dataclass
class Witness:
    """What was seen since `clear`. The emulator calls it in its own thread."""

    emulator: Emulator
    events: list[Event]
    """Noted here; it outlives the emulator."""
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

    def moved(self, place: Place, key: Key) -> None:
        """Note that a job was moved, and how it is now."""
        shown = _region(self.emulator, place).jobs.get(key)
        self.events.append(Event("move", place, key, shown={key: shown}))

    def world(self) -> World:
        """Return all there is."""
        places = (*filter(None, PLACES.values()), ASTRAY)
        return {each: _region(self.emulator, each) for each in places}

    def _disturbed(self, call: Invocation) -> tuple[Callable[[], None], Callable[[], None]]:
        nothing: Callable[[], None] = lambda: None  # noqa: E731
        wish = self.disturbance
        if wish is None or not self._is_about(call, wish):
            return nothing, nothing
        self._count += 1
        if self._count != wish.number:
            return nothing, nothing

        def act() -> None:
            self.events.append(Event(wish.name, place_of(call)))
            wish.act(place_of(call), _asked(call))

        return (nothing, act) if wish.is_after else (act, nothing)

    def _is_about(self, call: Invocation, wish: Disturbance) -> bool:
        """Say whether a request is one that a disturbance counts."""
        names = {call.operation}
        if call.operation in ("GetBackendJob", "ListBackendJobs"):
            names.add("Read")
        place, key = place_of(call), _asked(call)
        if key is not None and any(e.place == place and key in e.shown for e in self.events):
            names.add("Reread")
        return wish.operation in names and (wish.job is None or concerns(call, *wish.job))


def concerns(call: Invocation, place: Place, key: Key) -> bool:
    """Say whether a request is about a job, or lists what it is among."""
    asked = [call.inputs.get(name) for name in ("appId", "backendEnvironmentName", "jobId")]
    whole = (asked[0], asked[1], asked[2] or key[2])
    return place_of(call) == place and whole == key


def place_of(call: Invocation) -> Place:
    """Return where a request was sent to."""
    return Place(call.caller.account_id, call.caller.signer.region or "")


def event_of(call: Invocation, reply: Reply) -> Event:
    """Return a request and its answer as an event."""
    job = _asked(call)
    sent = Shown(call.inputs.get("operation"), call.inputs.get("status"))
    return Event(call.operation, place_of(call), job, sent, dict(_shown(job, reply)), reply.fault)


def _asked(call: Invocation) -> Key | None:
    """Return the job that a request asks for; None for a list."""
    if call.operation not in ("GetBackendJob", "UpdateBackendJob"):
        return None
    key = [str(call.inputs.get(each)) for each in ("appId", "backendEnvironmentName", "jobId")]
    return key[0], key[1], key[2]


def _shown(asked: Any, reply: Reply) -> Iterable[tuple[Key, Live | None]]:
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
        shown = Shown(job.get("operation"), job.get("status"))
        yield key, Live(shown, job.get("createTime"), job.get("updateTime"))


def _region(emulator: Emulator, place: Place) -> Region:
    region = emulator.at(place.account, place.region)
    jobs = {each.key: _live(each) for each in region.jobs()}
    apps = {
        each.app_id: App(each.app_id, each.name or each.app_id, each.tags) for each in region.apps()
    }
    return Region(jobs, apps)


def _live(job: Job) -> Live:
    return Live(Shown(job.operation, job.status), job.create_time, job.update_time)
