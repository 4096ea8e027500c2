"""One rule over many accounts and regions: side by side in one run, and divided into shards."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pulumi_amplify_jobs.domain.targets import by_shard
from pulumi_amplify_jobs.emulator import Emulator

from ..columns.commands import PENDING, SCRIPT
from ..columns.engine import OURS, with_config
from ..columns.folders import STACK, environment, write_project
from ..results import Measurement, Run
from ..running.commands import Command, measured
from ..world import CREATED, OPERATION, STUCK, WANTED, Phase, Scale, World

STUDY = "targets"
ONE, ALL = "1 target", "40 targets"
PREVIEW = "preview of 40 targets"
ROUNDS = 3
LATENCY = 0.05
"""Seconds of each call, where targets are compared."""
SHARDS = (1, 4, 16)
THROTTLED = "throttled"
THROTTLING = 0.02
"""The share of the calls of the large fleet that are answered with 429."""
RULE = {
    "targets": ["*"],
    "apps": ["*"],
    "environments": ["*"],
    "match": {"status": STUCK},
    "set": {"status": WANTED},
    "limit": 1000,
}


@dataclass(frozen=True)
class Organization:
    """Accounts that each have the same regions; `apps` are all of them, spread evenly."""

    accounts: int
    regions: tuple[str, ...]
    apps: int

    @property
    def places(self) -> list[tuple[str, str]]:
        """Every account with every region."""
        accounts = (str(10**11 + number) for number in range(self.accounts))
        return [(account, region) for account in accounts for region in self.regions]

    def targets(self) -> dict[str, Any]:
        """Return a target for each place."""
        return {
            f"a{account[-4:]}-{region}": {
                "region": region,
                "accountId": account,
                "assumeRoles": [{"roleArn": f"arn:aws:iam::{account}:role/amplify-jobs"}],
            }
            for account, region in self.places
        }

    def seed(self, emulator: Emulator) -> None:
        """Have the emulator play the organization; one job of each app, none of them stuck."""
        accounts: dict[str, Any] = {account: {} for account, _ in self.places}
        for number in range(self.apps):
            account, region = self.places[number % len(self.places)]
            jobs = accounts[account].setdefault(region, {"jobs": []})["jobs"]
            jobs.append(
                {
                    "appId": f"d{number}",
                    "backendEnvironmentName": "prod",
                    "jobId": "1",
                    "operation": OPERATION,
                    "status": WANTED,
                    "createTime": CREATED,
                    "updateTime": CREATED,
                }
            )
        emulator.seed({"accounts": accounts})


TEAMS = Organization(
    8, ("eu-west-1", "us-east-1", "eu-central-1", "us-west-2", "ca-central-1"), 2000
)
LARGE = Organization(1000, ("eu-west-1", "us-east-1", "us-west-2", "ap-southeast-2"), 10_000)


def measure() -> Iterator[Measurement]:
    """Yield the runs of `plan` over one target and over forty, of a preview, and of shards."""
    with TemporaryDirectory() as folder, Emulator() as emulator:
        yield from _side_by_side(Path(folder), emulator)
    with TemporaryDirectory() as folder, Emulator() as emulator:
        yield from _divided(Path(folder), emulator)


def _side_by_side(folder: Path, emulator: Emulator) -> Iterator[Measurement]:
    world = _world(TEAMS, emulator)
    command = _plan(folder / "plan", TEAMS, world)
    emulator.latency = LATENCY
    one = next(iter(TEAMS.targets()))
    runs: dict[str, list[Run]] = {ONE: [], ALL: []}
    for _ in range(ROUNDS):
        for name, options in ((ONE, ["--target", one]), (ALL, [])):
            runs[name].append(_run(command, options, emulator))
    for name, found in runs.items():
        yield Measurement(STUDY, name, "plan", tuple(found))
    if OURS.absent() is None:
        config = {"amplify-jobs:targets": TEAMS.targets(), "amplify-jobs:rules": {"stuck": RULE}}
        project = with_config(folder / "engine", world, config)
        preview = project.commands[Phase.FIRST_PREVIEW]
        yield Measurement(STUDY, PREVIEW, OURS.name, (_run(preview, [], emulator),))


def _divided(folder: Path, emulator: Emulator) -> Iterator[Measurement]:
    command = _plan(folder / "plan", LARGE, _world(LARGE, emulator))
    emulator.fault("429", rate=THROTTLING)
    for number in SHARDS:
        shards = by_shard(LARGE.targets(), number)
        largest = max(shards, key=lambda each: len(shards[each]))
        run = _run(command, ["--shard", str(largest)], emulator)
        yield Measurement(STUDY, f"shard of {number}", "plan", (run,))


def _world(organization: Organization, emulator: Emulator) -> World:
    organization.seed(emulator)
    return World(emulator, "d0", Scale(0, 1))


def _plan(folder: Path, organization: Organization, world: World) -> Command:
    config = {"amplify-jobs:include": ["targets.json"], "amplify-jobs:rules": {"stuck": RULE}}
    write_project(folder, world, config)
    (folder / "targets.json").write_text(json.dumps({"targets": organization.targets()}, indent=0))
    arguments = (SCRIPT, "plan", "--stack", STACK)
    return Command(arguments, folder, environment(folder, world), PENDING)


def _run(command: Command, options: Sequence[str], emulator: Emulator) -> Run:
    emulator.clear_requests()
    arguments = (*command.arguments, *options)
    cost = measured(Command(arguments, command.folder, command.environment, command.codes))
    requests = emulator.requests()
    calls = Counter(str(request.operation) for request in requests)
    calls[THROTTLED] = sum(request.fault == "429" for request in requests)
    return Run(cost.seconds, cost.cpu, cost.memory, dict(calls))
