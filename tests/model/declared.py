"""What must hold of what is declared: pure functions of YAML and of live jobs, for reference.

They say what may be written and what has to come of it, not how that is found out or done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote

from .universe import PLACES, Key, Place

Yaml = Mapping[str, Any]
HOURS = {"6h": 21600.0, "1h": 3600.0}


class Shown(NamedTuple):
    """What a job shows, or is to show; None is absent, or not declared."""

    operation: str | None
    status: str | None

    def fits(self, job: Shown) -> bool:
        """Say whether a job shows all that is asked for here."""
        return self.operation in (None, job.operation) and self.status in (None, job.status)


@dataclass(frozen=True)
class Live:
    """A job as it is; times are epoch milliseconds in a string."""

    shown: Shown
    created: str | None
    updated: str | None


@dataclass(frozen=True)
class App:
    """An app, by which rules select."""

    app_id: str
    name: str
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Region:
    """A region of an account as it is."""

    jobs: Mapping[Key, Live]
    apps: Mapping[str, App]


World = Mapping[Place, Region]
Outcome = Literal["error", "left alone", "as declared", "update"]


def wanted(job: Yaml) -> Shown:
    """Return what a job is declared to show."""
    return Shown(job.get("operation"), job.get("status"))


def when(job: Yaml) -> Shown:
    """Return what must be live of a job for a write."""
    return wanted(job.get("when", {}))


def outcome(job: Yaml, live: Shown | None) -> Outcome:
    """Return what has to come of a declared job that is live as said."""
    if live is None:
        return "left alone" if job.get("ifMissing") == "ignore" else "error"
    if wanted(job).fits(live):
        return "as declared"
    return "update" if when(job).fits(live) else "left alone"


@dataclass(frozen=True)
class Declared:
    """What a stack declares, by name, as YAML; and which jobs its state has adopted as latest."""

    jobs: Mapping[str, Yaml] = field(default_factory=dict)
    rules: Mapping[str, Yaml] = field(default_factory=dict)
    adopted: Mapping[str, Key] = field(default_factory=dict)
    """By the name of a job that is declared as `latest`, where the question is still the same."""

    def key_of(self, name: str, world: World) -> Key | None:
        """Return which job is meant by a declaration; None where there is none."""
        job = self.jobs[name]
        app, environment = job["appId"], job["backendEnvironmentName"]
        asked = job["jobId"]
        if isinstance(asked, str):
            return app, environment, asked
        adopted = self.adopted.get(name)
        place = PLACES[job.get("target", "")]
        jobs = world[place].jobs if place is not None else {}
        is_kept = adopted in jobs or job.get("ifMissing") == "ignore"
        if adopted is not None and is_kept and not asked.get("follow"):
            return adopted
        fitting = [
            (int(live.created or 0), key[2], key)
            for key, live in jobs.items()
            if key[:2] == (app, environment) and wanted(asked["latest"]).fits(live.shown)
        ]
        return max(fitting)[2] if fitting else adopted

    def keys(self, world: World) -> dict[str, tuple[Place | None, Key | None]]:
        """Return where each declared job is, by the declaration's name."""
        return {
            name: (PLACES[job.get("target", "")], self.key_of(name, world))
            for name, job in self.jobs.items()
        }

    def matching(self, world: World, now: float) -> dict[tuple[str, Place], set[Key]]:
        """Return the jobs that each rule matches in each of its places."""
        return {
            (name, place): {
                key
                for key, live in world[place].jobs.items()
                if self.matches(rule, place, key, live, world, now)
            }
            for name, rule in self.rules.items()
            for place in _places_of(rule)
        }

    def matches(
        self, rule: Yaml, place: Place, key: Key, live: Live, world: World, now: float
    ) -> bool:
        """Say whether a rule claims a job that is live as said."""
        match, app = rule["match"], world[place].apps[key[0]]
        return (
            (place, key) not in self.keys(world).values()
            and not any(_names(each, key) for each in rule.get("except", ()))
            and _takes(rule["apps"], app)
            and any(fnmatchcase(key[1], each) for each in rule["environments"])
            and live.shown.status in _list(match.get("status", live.shown.status))
            and live.shown.operation in _list(match.get("operation", live.shown.operation))
            and not wanted(rule["set"]).fits(live.shown)
            and _is_old(live.created, match.get("olderThan"), now)
            and _is_old(live.updated, match.get("idleFor"), now)
        )

    def unsure(self, world: World) -> set[str]:
        """Return the declarations of which nobody can say what comes.

        If another one has the job, too, the latest may be another job once that is written. If the
        adopted job is gone, a refresh forgets it, so that the latest is looked for anew.
        """
        keys = self.keys(world)
        contested = {name for name, each in keys.items() if list(keys.values()).count(each) > 1}
        places = {name: PLACES[self.jobs[name].get("target", "")] for name in self.adopted}
        gone = {
            name
            for name, key in self.adopted.items()
            if (place := places[name]) is not None and key not in world[place].jobs
        }
        return contested | gone

    def impossible(self, world: World, now: float) -> Iterator[tuple[str, str]]:
        """Say what can't be brought to what is declared: its name, and why."""
        keys = self.keys(world)
        for name, (place, key) in keys.items():
            live = world[place].jobs.get(key) if place is not None and key else None
            if place is None:
                yield name, "is in an account that nobody can reach"
            elif key is None:
                yield name, "no job is the latest"
            elif outcome(self.jobs[name], live.shown if live else None) == "error":
                yield name, "is missing"
        matching = self.matching(world, now)
        for (name, place), found in matching.items():
            if len(found) > self.rules[name]["limit"]:
                yield name, f"matches {len(found)} jobs in {place}"
            for (other, there), jobs in matching.items():
                if other != name and there == place and jobs & found:
                    yield name, f"has {jobs & found}, as has {other}"


def targets_of(rule: Yaml) -> list[str]:
    """Return the targets of a rule; the empty one is what is at the top of the config."""
    return [""] if rule.get("targets") is None else list(rule["targets"])


def _places_of(rule: Yaml) -> list[Place]:
    return [place for place in map(PLACES.__getitem__, targets_of(rule)) if place is not None]


def _takes(apps: Any, app: App) -> bool:
    if isinstance(apps, Mapping):
        tags = apps.get("tags", {}).items()
        return fnmatchcase(app.name, apps.get("nameMatches", "*")) and tags <= app.tags.items()
    return any(fnmatchcase(app.app_id, each) for each in apps)


def _names(exception: str, key: Key) -> bool:
    parts = exception.split("/")
    return all(fnmatchcase(name, unquote(part)) for name, part in zip(key, parts, strict=True))


def _is_old(time: str | None, least: str | None, now: float) -> bool:
    if least is None:
        return True
    return time is not None and now - int(time) / 1000 >= HOURS[least]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
