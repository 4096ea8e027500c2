"""One world, one verdict: the provider's check, plan, apply and watch say the same of a rule."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host, RunFailedError
from tests.cli.conftest import Project
from tests.samples import APP, ENVIRONMENT, job

from .conftest import ROOT
from .ruled import FAST, RULE

AGO = re.compile(r"\d+[dhms]( \d+[dhms])?")
"""An age, or how far a clock is off: another one a moment later."""


@dataclass(frozen=True)
class World:
    """What there is, what a stack declares, and what is to be said of it."""

    rules: dict[str, Any]
    seed: tuple[dict[str, Any], ...] = (job("1"), job("2"))
    jobs: dict[str, Any] = field(default_factory=dict)
    behind: float = 0.0
    """Seconds that the service's clock is behind this machine's."""
    fault: dict[str, Any] | None = None
    matches: tuple[str, ...] = ()
    """IDs of the jobs that rules bring to their aim."""
    errors: tuple[str, ...] = ()
    """How each error begins."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What one of the four says of a world."""

    matches: frozenset[str]
    errors: frozenset[str]
    warnings: frozenset[str]


def named(job_id: Any, status: str) -> dict[str, Any]:
    return {"appId": APP, "backendEnvironmentName": ENVIRONMENT, "jobId": job_id, "status": status}


BY_STATUS = {**RULE, "match": {"status": "RUNNING"}}
CONTESTED = "both match d2abcdefgh1234/prod/{}, so nothing is written"
WORLDS = {
    "matched": World({"stuck": RULE}, matches=("1", "2")),
    "limit exceeded": World(
        {"stuck": {**RULE, "limit": 1}},
        errors=("stuck: 2 jobs match, more than the limit of 1, so nothing is written",),
    ),
    "another rule goes on": World(
        {"stuck": {**RULE, "limit": 0, "apps": ["dother"]}, "fine": {**RULE, "apps": [APP]}},
        seed=(job("1"), job("2", app="dother")),
        matches=("1",),
        errors=("stuck: 1 job matches, more than the limit of 0",),
    ),
    "contested": World(
        {"stuck": RULE, "running": {**BY_STATUS, "apps": [APP]}},
        errors=tuple(
            f"{name}: running and stuck {CONTESTED.format(each)}"
            for name in ("stuck", "running")
            for each in "12"
        ),
    ),
    "contested and over the limit": World(
        {"stuck": {**RULE, "limit": 0}, "running": BY_STATUS},
        seed=(job("1"),),
        errors=(
            f"stuck: running and stuck {CONTESTED.format(1)}",
            f"running: running and stuck {CONTESTED.format(1)}",
            "stuck: 1 job matches, more than the limit of 0",
        ),
    ),
    "doubtful createTime": World(
        {"stuck": RULE},
        seed=(job("1"), {**job("2"), "createTime": "soon"}),
        matches=("1",),
        warnings=("stuck: d2abcdefgh1234/prod/2 would match, but its createTime is soon",),
    ),
    "wrong clock": World(
        {"stuck": {**RULE, "limit": 1}, "failed": {**BY_STATUS, "set": {"status": "COMPLETED"}}},
        seed=(job("1"), job("2", app="dother")),
        behind=10800.5,
        errors=(
            "stuck: this machine's clock is ",
            "failed: failed and stuck both match",
            "failed: failed and stuck both match",
        ),
        warnings=("stuck: this machine's clock is ",),
    ),
    "excepted": World({"stuck": {**RULE, "except": [f"{APP}/prod/1"]}}, matches=("2",)),
    "an exception of nothing": World(
        {"stuck": {**RULE, "except": [f"{APP}/prod/9"]}},
        matches=("1", "2"),
        warnings=("stuck: except: d2abcdefgh1234/prod/9 matches no job",),
    ),
    "declared by name": World(
        {"stuck": RULE}, jobs={"mine": named("1", "RUNNING")}, matches=("2",)
    ),
    "adopted as the latest": World(
        {"stuck": RULE},
        seed=(job("1"), {**job("2"), "createTime": "1763942500000"}),
        jobs={"mine": named({"latest": {}}, "RUNNING")},
        matches=("1",),
    ),
    "refused environment": World(
        {"stuck": {**RULE, "environments": ["prod", "dev"]}},
        seed=(job("1"), job("1", environment="dev")),
        fault={"kind": "400", "operation": "ListBackendJobs", "times": 1},
        matches=("1",),
        warnings=("stuck: d2abcdefgh1234/",),
    ),
    "unknown app": World(
        {"stuck": {**RULE, "apps": [APP, "dgone"]}},
        matches=("1", "2"),
        warnings=("stuck: apps: dgone matches no app",),
    ),
    "denied": World(
        {"stuck": RULE},
        fault={"kind": "denied", "operation": "ListBackendEnvironments"},
        errors=("stuck: ListBackendEnvironments d2abcdefgh1234: ",),
    ),
}


@dataclass
class Asking:
    """Asks each of the four about one world."""

    world: World
    host: Host
    project: Project
    emulator: Emulator

    def provider(self) -> Verdict:
        self._begin()
        try:
            result = self.host.preview(refresh=False)
        except RunFailedError as failed:
            result = failed.result
        found = (name for step in result.steps.values() for name in step.inputs.get("matches", ()))
        warnings = {
            f"{line.resource}: {line.message}" for line in result.log if line.severity == "warning"
        }
        errors = (line for each in result.errors for line in each.message.splitlines())
        return verdict(found, errors, warnings)

    def plan(self) -> Verdict:
        return self._document("plan")

    def apply(self) -> Verdict:
        return self._document("apply", "--yes")

    def watch(self) -> Verdict:
        self._begin()
        done = self.project.invoke("watch", "--timeout", "1s", "--interval", "1s")
        lines = [line.partition(": ")[::2] for line in done.stderr.splitlines()]
        told = {kind: [text for each, text in lines if each == kind] for kind, _ in lines}
        errors = [each for each in told.get("error", ()) if "timed out" not in each]
        assert done.exit_code == (1 if errors else 2 if self.world.matches else 0), done.output
        found = re.findall(r"Z \S+ \((\S+)\): \w+, apply would", done.stdout)
        return verdict(found, errors, told.get("warning", ()))

    def _document(self, *command: str) -> Verdict:
        self._begin()
        done = self.project.invoke(*command, "--json")
        document = json.loads(done.stdout)
        found = (
            f"{each['appId']}/{each['backendEnvironmentName']}/{each['jobId']}"
            for each in document["jobs"]
            if each["byRule"]
        )
        lines = done.stderr.splitlines()
        errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
        warnings = [line for each in document["rules"] for line in each["warnings"]]
        told = "\n".join(each["error"] or "" for each in document["rules"])
        assert all(line in told for line in errors)
        return verdict(found, errors, warnings)

    def _begin(self) -> None:
        self.emulator.clear_faults()
        if self.world.fault is not None:
            self.emulator.fault(**self.world.fault)


def verdict(matches: Iterable[str], errors: Iterable[str], warnings: Iterable[str]) -> Verdict:
    """Return what was said, without what moves by itself."""
    rules = [AGO.sub("AGO", line) for line in warnings]
    return Verdict(
        frozenset(matches),
        frozenset(AGO.sub("AGO", line) for line in errors),
        frozenset(line for line in rules if not line.startswith("this machine's clock")),
    )


@pytest.fixture
def asking(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asking]:
    """A world in an emulator, and a stack with our own program."""
    world: World = request.param
    with ExitStack() as held:
        clock = (lambda: time.time() - world.behind) if world.behind else None
        emulator = held.enter_context(Emulator(clock=clock) if clock else Emulator())
        emulator.seed([*world.seed])
        (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
        shutil.copy(ROOT / "__main__.py", tmp_path)
        project = Project(tmp_path, emulator.url)
        project.declare(world.jobs, rules=world.rules)
        host = held.enter_context(Host(tmp_path, endpoint=emulator.url))
        host.config = {
            **FAST,
            "amplify-jobs:rules": world.rules,
            "amplify-jobs:jobs": world.jobs,
        }
        yield Asking(world, host, project, emulator)


def reached(told: Verdict, said: Verdict) -> Verdict:
    """Return what was told of the rules that a run came to before one that fails stopped it."""
    names = tuple(f"{line.partition(': ')[0]}: " for line in said.errors | said.warnings)
    assert said.errors
    return Verdict(
        said.matches & told.matches,
        frozenset(line for line in told.errors if line.startswith(names)),
        frozenset(line for line in told.warnings if line.startswith(names)),
    )


def begin_with(lines: frozenset[str], beginnings: tuple[str, ...]) -> bool:
    """Say whether each line begins in one of these ways, and none is missing."""
    return len(lines) == len(beginnings) and all(
        any(line.startswith(each) for line in lines) for each in beginnings
    )


@pytest.mark.parametrize("asking", WORLDS.values(), ids=WORLDS, indirect=True)
def test_all_four_say_the_same(asking: Asking) -> None:
    told = asking.plan()
    world = asking.world
    assert {key.rsplit("/", 1)[-1] for key in told.matches} == set(world.matches)
    assert begin_with(told.errors, world.errors), told.errors
    assert begin_with(told.warnings, world.warnings), told.warnings
    said = {ask: getattr(asking, ask)() for ask in ("watch", "provider", "apply")}
    if world.fault is not None and "times" in world.fault:
        # Which of two environments it strikes is left to chance.
        assert {len(each.warnings) for each in said.values()} == {len(world.warnings)}
        return
    assert said["watch"] == told
    assert said["apply"] == told
    assert said["provider"] == (reached(told, said["provider"]) if told.errors else told)
