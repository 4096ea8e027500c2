"""A stack in memory: the engine's order of calls for some jobs, each run in its own process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic.alias_generators import to_camel

from pulumi_amplify_jobs.emulator import Emulator

from ..samples import APP, ENVIRONMENT
from .plugin import Bag, CallFailed, Launcher, Live, Plugin, bag_of


def wanted(job_id: str, **fields: Any) -> Bag:
    """Return the inputs that a program declares for a job of the samples' environment."""
    return {
        "app_id": APP,
        "backend_environment_name": ENVIRONMENT,
        "job_id": job_id,
        **fields,
    }


def as_config(jobs: Mapping[str, Bag]) -> dict[str, Bag]:
    """Return declared inputs as they stand in stack config."""
    return {
        name: {to_camel(key): value for key, value in inputs.items()}
        for name, inputs in jobs.items()
    }


def updates(emulator: Emulator) -> list[object]:
    """Return the body of every update that the emulator was sent."""
    return [request.body for request in emulator.requests("UpdateBackendJob")]


@dataclass
class Step:
    """What a run planned or did for one resource."""

    kind: str
    """same, create, update, replace, delete; refused (by check), or failed (in the doing)."""
    inputs: Bag = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def previous(self) -> Any:
        """The live values that check put into the inputs, without the update time."""
        previous = self.inputs.get("previous")
        if isinstance(previous, dict):
            return {key: value for key, value in previous.items() if key != "update_time"}
        return previous


@dataclass
class Stack:
    """Declared jobs and the state that earlier runs left."""

    launch: Launcher
    settings: Mapping[str, Any]
    jobs: dict[str, Bag] = field(default_factory=dict)
    state: dict[str, Live] = field(default_factory=dict)

    def start(self) -> Plugin:
        """Start a plugin process for this stack's config."""
        return self.launch({**self.settings, "amplify-jobs:jobs": as_config(self.jobs)})

    def preview(self, *, refresh: bool = True) -> dict[str, Step]:
        """Refresh and plan; the state stays as it is."""
        kept = dict(self.state)
        plugin = self.start()
        try:
            return self._run(plugin, refresh, apply=False)
        finally:
            plugin.interrupt()
            self.state = kept

    def up(self, *, refresh: bool = True, plugin: Plugin | None = None) -> dict[str, Step]:
        """Refresh, plan and do what is planned, in a process of its own unless one is given.

        One is enough for runs between which no job changes: a process reads each job once.
        """
        if plugin is not None:
            return self._run(plugin, refresh, apply=True)
        plugin = self.start()
        steps = self._run(plugin, refresh, apply=True)
        plugin.interrupt()
        return steps

    def refresh(self) -> None:
        """Read every resource, and forget those that are gone."""
        self._refresh(self.start())

    def destroy(self) -> None:
        """Delete every resource."""
        plugin = self.start()
        for name, old in self.state.items():
            plugin.delete(name, old)
        self.state.clear()

    def _refresh(self, plugin: Plugin) -> None:
        for name, old in list(self.state.items()):
            live = plugin.read(name, old)
            if live.id:
                self.state[name] = live
            else:
                del self.state[name]

    def _run(self, plugin: Plugin, refresh: bool, *, apply: bool) -> dict[str, Step]:
        if refresh:
            self._refresh(plugin)
        steps = {name: self._step(plugin, name, apply) for name in self.jobs}
        for name in [name for name in self.state if name not in self.jobs]:
            steps[name] = Step("delete")
            if apply:
                plugin.delete(name, self.state.pop(name))
        return steps

    def _step(self, plugin: Plugin, name: str, apply: bool) -> Step:
        old = self.state.get(name)
        checked = plugin.check(name, old.inputs if old else {}, self.jobs[name])
        if checked.failures:
            return Step("refused", checked.inputs, checked.failures)
        step = Step("create", checked.inputs)
        if old:
            difference = plugin.diff(name, old, checked.inputs)
            step.kind = "update" if difference.changes else "same"
            step.kind = "replace" if difference.replaces else step.kind
        if apply:
            try:
                self._apply(plugin, name, step)
            except CallFailed as failed:
                step.kind, step.error = "failed", failed.reason
                if failed.partial:
                    self.state[name] = Live(
                        failed.partial.id,
                        bag_of(failed.partial.properties),
                        bag_of(failed.partial.inputs),
                    )
        return step

    def _apply(self, plugin: Plugin, name: str, step: Step) -> None:
        if step.kind == "same":  # the engine keeps the old outputs and takes the new inputs
            old = self.state[name]
            self.state[name] = Live(old.id, old.outputs, step.inputs)
            return
        if step.kind == "update":
            self.state[name] = plugin.update(name, self.state[name], step.inputs)
            return
        created = plugin.create(name, step.inputs)
        if step.kind == "replace":
            plugin.delete(name, self.state[name])
        self.state[name] = created
