"""One stack and one world: what a step of the model does to them."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host, Result
from pulumi_amplify_jobs.testing.wire import plain
from tests.ports import lasting_port
from tests.releases import RecordedStack
from tests.releases.in_host import resource

from . import invariants, universe
from .declared import Declared, World, Yaml
from .forked import ForkServer
from .program import PROJECT, Registering
from .runs import Plan, Reviewed, Run, Runner
from .trouble import CALM, Meddling, Trouble
from .universe import Key, Place
from .witness import Disturbance, Event, Witness

KEY = ("target", "appId", "backendEnvironmentName", "jobId")
TICK = 2.0
"""Seconds between two moves or runs, by the clock of the service, which else stands still."""
SETTINGS = {"aws:region": universe.HERE.region, "amplify-jobs:targets": universe.TARGETS}
BROKEN_BUILD = "BROKEN_BUILD"


class Lab:
    """What the steps of the model act upon. Every run is judged by the invariants."""

    def __init__(
        self,
        server: ForkServer,
        broken_build: str = "",
        judged: Collection[int] = invariants.NUMBERS,
    ) -> None:
        """`judged` are the numbers of the invariants."""
        self._judges = judged
        self._held = ExitStack()
        folder = Path(self._held.enter_context(tempfile.TemporaryDirectory()))
        (folder / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
        self._database = folder / "emulator.sqlite"
        self._now = time.time()
        self._updates: Any = "set"
        self._port = lasting_port()
        self._events: list[Event] = []
        self._aside = self._held.enter_context(ThreadPoolExecutor(1))
        self._restart: Future[None] | None = None
        self._start_emulator()
        self._emulator.seed(universe.seed())
        self._held.enter_context(server.as_plugins())
        self._program = Registering()
        environment = {**universe.ENVIRONMENT, BROKEN_BUILD: broken_build}
        self.host = Host(
            folder,
            endpoint=self._emulator.url,
            environment=environment,
            program=self._program,
        )
        self._held.enter_context(self.host)
        self.jobs: dict[str, Yaml] = {}
        self.rules: dict[str, Yaml] = {}
        self.runs: list[Run] = []
        self._rest: World | None = None
        self._upgrades = False
        self._run = Runner(self.host, lambda: tuple(self._events), self._witness_world)

    def close(self) -> None:
        self._held.close()
        self._emulator.stop()

    def _witness_world(self) -> Any:
        return self._witness.world()

    def _start_emulator(self) -> None:
        self._emulator = Emulator(
            database=self._database,
            port=self._port,
            clock=lambda: self._now,
            updates=self._updates,
            fault_seed=7,
        )
        self._witness = Witness(self._emulator, self._events)

    def restart_emulator(self) -> None:
        """Stop the emulator, and start it again with what its database has."""
        self._emulator.stop()
        self._start_emulator()

    def _arrange(self, trouble: Trouble) -> None:
        self._emulator.clear_faults()
        if trouble.fault is not None:
            operation = None if trouble.fault == "stale" else trouble.operation
            self._emulator.fault(trouble.fault, operation=operation, times=trouble.times)
        self._emulator.updates = self._updates = trouble.updates
        if trouble.meddling is not None:
            self._witness.disturbance = self._disturbance(trouble.meddling)

    def later(self) -> None:
        """Let time pass, so that updates are reverted."""
        self._emulator.advance("11s")
        self._rest = None

    def drift(self, name: str, status: str) -> None:
        """Have somebody else change or remove the job of a declaration."""
        job = self.jobs.get(name, {})
        place = universe.PLACES[job.get("target", "")]
        if place is not None and isinstance(job.get("jobId"), str):
            self.move(place, (job["appId"], job["backendEnvironmentName"], job["jobId"]), status)

    def move(self, place: Place, key: Key, becomes: str) -> None:
        """Have somebody else give a job a status or `another operation`, or remove it: `gone`."""
        self._now += TICK
        world = self._emulator.at(place.account, place.region)
        there = next((each for each in world.jobs() if each.key == key), None)
        fields = {"status": becomes}
        if becomes == "another operation":
            now = there.operation if there else None
            fields = {"operation": next(each for each in universe.OPERATIONS if each != now)}
        if becomes == "gone":
            if there:
                world.remove_job(*key)
        elif there:
            world.set_job(*key, **fields)
        else:
            # By this machine's clock, which no story moves: far ahead of it, a time is in doubt.
            created = str(int(time.time() * 1000))
            job = {**universe.job(key, "RUNNING"), **fields, "createTime": created}
            del job["updateTime"]  # it is now
            content = {place.account: {place.region: {"jobs": [job]}}}
            self._emulator.seed({"accounts": content})
        self._witness.moved(place, key)
        self._rest = None

    @property
    def declared(self) -> Declared:
        """What is declared now."""
        return Declared(dict(self.jobs), dict(self.rules), dict(self._adopted()))

    def _adopted(self) -> Mapping[str, Key]:
        found = {}
        for name, each in self.host.resources.items():
            inputs, job = plain(each.inputs), self.jobs.get(name, {})
            names = {"app_id": "appId", "backend_environment_name": "backendEnvironmentName"}
            same = all(inputs.get(old) == job.get(new) for old, new in names.items())
            if inputs.get("latest") and inputs["latest"] == job.get("jobId") and same:
                found[name] = (job["appId"], job["backendEnvironmentName"], str(inputs["job_id"]))
        return found

    def declare(self, name: str, job: Yaml) -> None:
        """Declare a job, in place of whatever declares the same."""
        for other, there in list(self.jobs.items()):
            if all(there.get(each) == job.get(each) for each in KEY):
                del self.jobs[other]
        self.jobs[name] = job
        self.changed()

    def carry_over(self, stack: RecordedStack) -> None:
        """Take over what a release has left: its config, its state, and the live jobs."""
        config = yaml.safe_load(stack.config)["config"]
        defaults = config.get("amplify-jobs:defaults", {})
        targets = config.get("amplify-jobs:targets", {})
        for name, job in config.get("amplify-jobs:jobs", {}).items():
            self.declare(name, {**defaults, **job})
        for name, rule in config.get("amplify-jobs:rules", {}).items():
            self.rules[name] = {**rule, **({"targets": [*targets]} if "targets" in rule else {})}
        self._seed_recorded(yaml.safe_load(stack.world.read_text()), targets)
        for urn, state in stack.resources().items():
            if "::pulumi-python:" in urn:
                self.host.snapshot.put(resource(state))
            elif "::pulumi:providers:" in urn:
                self.host.snapshot.provider_config = {
                    **state["inputs"],
                    "amplify-jobs:targets": json.dumps(universe.TARGETS),
                }

        self._upgrades = True

    def _seed_recorded(self, world: Yaml, targets: Mapping[str, Yaml]) -> None:
        """Add the live jobs; what a run has waited for in vain has ended meanwhile."""
        regions: Yaml = next(iter(world.get("accounts", {}).values()), {})
        content = {name: regions[each["region"]] for name, each in targets.items()} or {"": world}
        for name, each in content.items():
            place = universe.PLACES[name]
            assert place is not None
            self._emulator.seed({"accounts": {place.account: {place.region: each}}})
        for job in self.jobs.values():
            if "wait" in job and "status" not in job:
                key = (job["appId"], job["backendEnvironmentName"], job["jobId"])
                self.move(universe.HERE, key, "COMPLETED")

    def changed(self) -> None:
        """Note that the config is another one."""
        self._rest = None

    def preview(self, unknown: Mapping[str, Collection[str]] | None = None) -> Plan | None:
        """Preview; return what is planned, or None where that failed."""
        run = self._judged("preview", self.host.preview, unknown=unknown)
        return None if run.failed else run.result.steps

    def up(self, trouble: Trouble = CALM, *, refresh: bool = True) -> Run:
        """Run an up: another one where nothing has changed since the last."""
        run = self._judged("up", lambda: self.host.up(refresh=refresh), trouble, refreshed=refresh)
        self._rest = run.end if not run.failed and trouble == CALM else None
        return run

    def reviewed_up(
        self,
        unknown: Mapping[str, Collection[str]],
        between: Callable[[], None],
        trouble: Trouble,
    ) -> None:
        """Preview, let others move, and do what the preview has named."""
        plan = self.preview(unknown)
        between()
        if plan is None:
            return

        def work() -> Result:
            return self.host._declare(self.host.snapshot, Reviewed(plan), True)

        self._judged("up --plan", work, trouble, plan=plan)
        self._rest = None

    def refresh(self) -> None:
        """Refresh the state."""
        self._judged("refresh", self.host.refresh)
        self._rest = None

    def destroy(self) -> None:
        """Destroy the stack, which forgets all jobs."""
        self._judged("destroy", lambda: self.host.destroy(refresh=True))
        self._rest = None

    @property
    def is_empty(self) -> bool:
        """Whether a run would have nothing to do."""
        return not (self.jobs or self.rules or self.host.resources)

    def converge(self, *, refresh: bool = True) -> None:
        """One up has to do what is possible, and a second one to be silent."""
        run = self.up(refresh=refresh)
        if run.failed:
            impossible = dict(run.declared.impossible(run.start, time.time()))
            for name in impossible.keys() | run.declared.unsure(run.start):
                self.jobs.pop(name, None)
                self.rules.pop(name, None)
            self.up(refresh=refresh)
        self.up(refresh=refresh)

    def _configure(self, unknown: Mapping[str, Collection[str]], retries: int) -> None:
        self._program.declared, self._program.unknown = self.declared, unknown
        self.host.config = {
            **SETTINGS,
            "amplify-jobs:maxRetries": str(retries),
            "amplify-jobs:jobs": self.jobs,
            "amplify-jobs:rules": self.rules,
        }

    def _judged(
        self,
        kind: str,
        work: Callable[[], Result],
        trouble: Trouble = CALM,
        unknown: Mapping[str, Collection[str]] | None = None,
        **circumstances: Any,
    ) -> Run:
        self._configure(unknown or {}, trouble.retries)
        self._witness.clear()
        self._now += TICK
        self._arrange(trouble)
        if kind == "up" and trouble == CALM and self._rest == self._witness.world():
            kind = "up again"
        run = self._run(
            kind,
            lambda: self._finished(work),
            declared=self.declared,
            is_calm=trouble == CALM,
            secrets=self._lent,
            was_ended=trouble.is_end,
            has_unknown=bool(unknown),
            is_upgrade=self._upgrades,
            **circumstances,
        )
        self._upgrades = False
        self.runs.append(run)
        invariants.check(run, self._judges)
        return run

    def _finished(self, work: Callable[[], Result]) -> Result:
        """Do a run's work; an emulator that it lost is there again behind it."""
        try:
            return work()
        finally:
            if self._restart is not None:
                self._restart.result()
            self._restart = None

    def _lent(self) -> list[str]:
        """Return the secrets that STS has lent."""
        rows = self._emulator._state._sessions._database.read("SELECT * FROM sessions")
        return [row[name] for row in rows for name in ("secretAccessKey", "sessionToken")]

    def _disturbance(self, meddling: Meddling) -> Disturbance:
        def act(place: Place, key: Key | None) -> None:
            if meddling.act == "cancel":
                self.host.interrupt()
            elif meddling.act == "kill":
                for plugin in list(self.host._plugins):
                    plugin.process.kill()
            elif meddling.act == "restart":
                # Not here: the emulator ends once it has answered this very request.
                self._restart = self._aside.submit(self.restart_emulator)
            elif meddling.job is not None:
                self.move(*meddling.job, meddling.act)
            elif key is not None:
                self.move(place, key, meddling.act)

        around = (meddling.operation, meddling.job, meddling.number, meddling.is_after)
        return Disturbance(*around, meddling.act, act)
