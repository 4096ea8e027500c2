"""Forty targets in eight accounts and five regions, without an engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.fleet import RULE, STUCK, Fleet, written

from .conftest import Project

FLEET = Fleet(apps=6, stuck=STUCK)
WRONG = "999999999999"


def configure(project: Project, **changes: dict[str, Any]) -> None:
    """Declare the rule over all targets; `changes` are by target."""
    config = {
        "amplify-jobs:targets": FLEET.targets(**changes),
        "amplify-jobs:rules": {"stuck": RULE},
        "amplify-jobs:maxRetries": "20",
    }
    project.stack_file.write_text(json.dumps({"config": config}))


@pytest.fixture
def fleet(project: Project, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Project:
    FLEET.seed(emulator)
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    configure(project)
    return project


def test_what_hangs_anywhere_is_settled_each_in_its_account_and_region(
    fleet: Project, emulator: Emulator
) -> None:
    document = json.loads(fleet.run("plan", "--json").stdout)
    planned: dict[str, set[str]] = {}
    for each in document["jobs"]:
        key = "/".join(each[part] for part in ("appId", "backendEnvironmentName", "jobId"))
        planned.setdefault(each["target"], set()).add(key)
    assert planned == FLEET.stuck_jobs
    assert emulator.requests("UpdateBackendJob") == []
    assert fleet.run("apply", "--yes").returncode == 0
    assert written(emulator.requests("UpdateBackendJob")) == FLEET.stuck_jobs
    assert fleet.run("apply", "--yes").stdout.endswith("Nothing to do.\n")
    assert len(emulator.requests("UpdateBackendJob")) == 20


def test_sick_targets_hold_back_no_other(fleet: Project, emulator: Emulator) -> None:
    unreachable, refused, wrong = (
        f"team-6-{name}" for name in ("eu-west-1", "us-east-1", "us-west-2")
    )
    emulator.fault("denied", account_id="6" * 12, region="us-east-1")
    emulator.fault("429", account_id="7" * 12, region="us-west-2", rate=0.5)
    configure(
        fleet, **{unreachable: {"endpoint": "http://127.0.0.1:1"}, wrong: {"accountId": WRONG}}
    )
    result = fleet.run("apply", "--yes")
    assert result.returncode == 1
    assert written(emulator.requests("UpdateBackendJob")) == FLEET.stuck_jobs
    lines = result.stderr.splitlines()
    for target in (unreachable, refused, wrong):
        assert len([line for line in lines if target in line]) == 1, result.stderr
    (about,) = (line for line in lines if wrong in line)
    assert "6" * 12 in about
    assert WRONG in about
    failed = [line for line in result.stdout.splitlines() if line.startswith("Plan: ")]
    named = ", ".join((unreachable, refused, wrong))
    assert failed == [f"Plan: 20 to update, 0 as declared. Failed: {named}."]
    calls = [
        each.operation
        for each in emulator.requests()
        if (each.account_id, each.region) == ("6" * 12, "us-west-2")
    ]
    assert calls == ["GetCallerIdentity"]


def test_shards_together_do_all_and_each_only_its_share(fleet: Project, emulator: Emulator) -> None:
    matrix = json.loads(fleet.run("targets", "--shards", "5", "--json").stdout)["include"]
    assert sorted(name for each in matrix for name in each["targets"]) == sorted(FLEET.targets())
    for each in matrix:
        emulator.clear_requests()
        assert fleet.run("apply", "--yes", "--shard", each["shard"]).returncode == 0
        asked = {(call.account_id, call.region) for call in emulator.requests("ListApps")}
        places = {place.target: (place.account, place.region) for place in FLEET.places}
        assert asked == {places[name] for name in each["targets"]}
    assert fleet.run("plan").returncode == 0


def test_the_session_names_who_and_what(
    fleet: Project, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": "ann",
        "GITHUB_RUN_ID": "77",
    }.items():
        monkeypatch.setenv(name, value)
    assert fleet.run("plan", "--target", "team-1-*").returncode == 2
    names = {each.role_session_name for each in emulator.requests("ListApps")}
    assert len(names) == 1
    assert {"ann", "77"} <= set(str(*names).split("-"))


def test_a_stack_without_targets_asks_sts_nothing(
    project: Project, emulator: Emulator, tmp_path: Path
) -> None:
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})
    project.run("plan")
    assert {each.operation for each in emulator.requests()} == {"GetBackendJob"}
