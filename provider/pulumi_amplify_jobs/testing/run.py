"""One run of the testing host: its processes, its notes, and the state that it works on."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .acting import Acting, Updating
from .deployment import Deployment
from .journal import Journal
from .plugins import Plugins
from .program import Ended, Program, ProgramRun
from .refreshing import refresh
from .resources import Goal, Resource, Snapshot
from .results import Problem
from .services import MonitorService, serving


@dataclass(frozen=True)
class Stack:
    """What a run has to know of the stack."""

    project: str
    name: str
    root: Path
    """The folder of Pulumi.yaml."""
    config: Mapping[str, str]
    """By full key, as the engine hands it on."""
    secret_keys: Collection[str]
    references: Mapping[str, Mapping[str, Any]]
    """The outputs of other stacks, by their names."""
    environment: Mapping[str, str]
    engine: str
    """The address of the engine's own service."""


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
            self._deployment(Updating(), self.snapshot.provider_config or {}).finish()

    def stop(self) -> None:
        """Have the run fail: its program and its providers are to end now."""
        self.journal.problem(Problem("interrupted"))
        self.plugins.interrupt()

    def declare(self, program: Program, acting: Acting, *, refresh: bool) -> str:
        """Run the program and bring its resources to what it declares; return what it printed.

        What it declares no more is deleted. The program starts while the refresh goes on, and its
        first resource waits for that.
        """
        deployment = self._deployment(acting, self.stack.config)
        ready = threading.Event()

        def register(goal: Goal) -> Resource:
            ready.wait()
            return deployment.register(goal)

        monitor = MonitorService(
            stack=self.stack.name,
            project=self.stack.project,
            preview=acting.dry_run,
            config=self.stack.config,
            journal=self.journal,
            references=self.stack.references,
            register=register,
        )
        with serving(monitor) as address:
            running = program.start(self._program_run(address, acting))
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

    def _deployment(self, acting: Acting, config: Mapping[str, str]) -> Deployment:
        provider = lambda: self.plugins.provider(config)  # noqa: E731 - it is asked for later
        return Deployment(self.snapshot, acting, self.journal, provider)

    def _program_run(self, monitor: str, acting: Acting) -> ProgramRun:
        return ProgramRun(
            monitor=monitor,
            engine=self.stack.engine,
            project=self.stack.project,
            stack=self.stack.name,
            root=self.stack.root,
            preview=acting.dry_run,
            config=self.stack.config,
            secret_keys=self.stack.secret_keys,
            environment=self.stack.environment,
        )

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
