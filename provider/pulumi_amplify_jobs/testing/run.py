"""One run of the testing host: its processes, its notes, and the state that it works on."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .calls import CallFailed, Provider
from .deployment import Deployment, PreviewExecutor, UpdateExecutor
from .plugin import Plugins
from .process import Ended
from .program import Program, ProgramRun, Stack
from .resources import Goal, Resource, Snapshot
from .results import Journal, Problem
from .services import MonitorService, serving
from .wire import with_secrets_of

PARALLEL = 16
"""Resources that are read side by side."""


@dataclass(frozen=True)
class Run:
    """Refreshes, declares and destroys, each as a part of what the user asked for."""

    stack: Stack
    snapshot: Snapshot
    plugins: Plugins
    journal: Journal

    def refresh(self) -> None:
        """Read every resource, with the config of the last update."""
        config = self.snapshot.provider_config
        if config is not None:
            refresh(self.snapshot, self.plugins.provider(config), self.journal)

    def destroy(self) -> None:
        """Delete every resource."""
        if not self.journal.failed:
            self._deployment(UpdateExecutor(), self.snapshot.provider_config or {}).finish()

    def stop(self) -> None:
        """Have the run fail: its program and its providers are to end now."""
        self.journal.problem(Problem("interrupted"))
        self.plugins.interrupt()

    def declare(self, program: Program, executor: PreviewExecutor, *, refresh: bool) -> str:
        """Run the program and bring its resources to what it declares; return what it printed.

        What it declares no more is deleted. The program starts while the refresh goes on, and its
        first resource waits for that.
        """
        deployment = self._deployment(executor, self.stack.config)
        ready = threading.Event()

        def register(goal: Goal) -> Resource:
            ready.wait()
            return deployment.register(goal)

        monitor = MonitorService(self.stack, executor.dry_run, self.journal, register)
        with serving(monitor) as address:
            running = program.start(ProgramRun(self.stack, address, executor.dry_run))
            self.journal.watch(running.interrupt)
            try:
                if refresh:
                    self.refresh()
                ready.set()
                ended = running.wait()
            except BaseException:
                # Whoever ends the run waits for no call that is under way, and none follows it.
                self.stop()
                ready.set()
                raise
            finally:
                running.close()
        self._judge(ended)
        deployment.finish()
        if self.snapshot.resources:
            self.snapshot.provider_config = self.stack.config
        return ended.printed

    def _deployment(self, executor: PreviewExecutor, config: Mapping[str, str]) -> Deployment:
        provider = lambda: self.plugins.provider(config)  # noqa: E731 - it is asked for later
        return Deployment(self.snapshot, executor, self.journal, provider)

    def _judge(self, ended: Ended) -> None:
        """Note that the program failed, in its own words; the run's failure outranks them."""
        if ended.code == 0 or self.journal.failed:
            return
        logged = [line for line in self.journal.lines if line.severity == "error"]
        for line in logged:
            self.journal.problem(Problem(line.message, line.resource))
        if not logged:
            printed = f": {ended.printed.strip()}" if ended.printed.strip() else ""
            self.journal.problem(Problem(f"the program ended with code {ended.code}{printed}"))


def refresh(snapshot: Snapshot, provider: Provider, journal: Journal) -> None:
    """Read every resource that has a provider, then ask it of each whether that is a change."""
    resources = [old for old in snapshot.resources.values() if old.goal.custom]
    with ThreadPoolExecutor(PARALLEL) as pool:
        found = list(pool.map(lambda old: _read(provider, old, journal), resources))
    if journal.failed:
        return
    for old, live in zip(resources, found, strict=True):
        if live is None:
            del snapshot.resources[old.urn]
            journal.refreshed[old.urn] = "delete"
            continue
        snapshot.resources[old.urn] = live
        try:
            changes = provider.diff(live, old.inputs).changes
        except CallFailed as failed:
            journal.problem(Problem(str(failed), old.name))
            continue
        if changes:
            journal.refreshed[old.urn] = "update"


def _read(provider: Provider, old: Resource, journal: Journal) -> Resource | None:
    """Return the resource as it is now, or None where it is gone."""
    try:
        live = provider.read(old)
    except CallFailed as failed:
        journal.problem(Problem(str(failed), old.name))
        return old
    if not live.id:
        return None
    inputs = old.inputs if live.inputs is None else with_secrets_of(live.inputs, old.inputs)
    return old.goal.resource(live.id, inputs, with_secrets_of(live.outputs, inputs))
