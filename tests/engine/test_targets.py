"""Targets under a real engine: a sick one fails by itself, and is reported as such."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.report.markdown import markdown
from pulumi_amplify_jobs.report.reading import read_report
from tests.engine.project import Project
from tests.fleet import RULE as EVERYWHERE
from tests.samples import APP, ENVIRONMENT, job

OWN, OTHER = "111122223333", "444455556666"
REGION = "eu-west-1"
ROLE = [{"roleArn": f"arn:aws:iam::{OWN}:role/amplify-jobs"}]
TARGETS = {
    name: {"region": REGION, "accountId": account, "assumeRoles": ROLE}
    for name, account in (("sick", OTHER), ("well", OWN))
}
JOBS = {name: {"target": name, "jobId": "1", "status": "FAILED"} for name in TARGETS}
RULE = {**EVERYWHERE, "limit": 5}
WRONG = f"belong to AWS account {OWN} "


@pytest.fixture
def world() -> Iterator[Emulator]:
    """Two accounts, each with two jobs that run."""
    jobs = {REGION: {"jobs": [job("1"), job("2")]}}
    with Emulator(seed={"accounts": {OWN: jobs, OTHER: jobs}}) as emulator:
        yield emulator


@pytest.fixture
def fleet(tmp_path: Path, world: Emulator) -> Project:
    """A stack in which the role of one target leads to another account."""
    project = Project.create(tmp_path, world.url, AWS_ENDPOINT_URL=world.url)
    project.configure(JOBS, targets=TARGETS)
    return project


def test_a_sick_target_is_reported_in_one_line_beside_the_others(
    fleet: Project, world: Emulator
) -> None:
    fleet.configure(JOBS, targets=TARGETS, rules={"stuck": RULE})
    report = read_report(fleet.pulumi("preview", "--json").text, "it")
    failed = report.of(["error"])
    assert {(each.name, each.target) for each in failed} == {
        ("sick", "sick"),
        ("stuck@sick", "sick"),
    }
    assert {each.target for each in report.of(["update"])} == {"well"}
    [line] = [line for line in markdown(report).splitlines() if WRONG in line]
    assert line.startswith("- `sick`: 1 job and 1 rule (`sick`, `stuck@sick`): ")
    assert {request.account_id for request in world.requests("GetBackendJob")} == {OWN}


def test_a_new_job_that_is_missing_is_reported_with_the_target_that_its_config_says(
    fleet: Project,
) -> None:
    fleet.configure({"gone": {**JOBS["well"], "jobId": "9"}}, targets=TARGETS)
    [failed] = read_report(fleet.pulumi("preview", "--json").text, "it").of(["error"])
    assert (failed.name, failed.target) == ("gone", "well")


def written(world: Emulator) -> list[tuple[str | None, str | None]]:
    """Return the account and region of each update."""
    return [(each.account_id, each.region) for each in world.requests("UpdateBackendJob")]


def test_without_its_sick_target_a_run_settles_the_others(fleet: Project, world: Emulator) -> None:
    """On the first run, and once the sick target's jobs are in the state."""
    fleet.configure(JOBS, targets=TARGETS, rules={"stuck": RULE})
    fleet.up("--exclude", "**sick")
    assert written(world) == [(OWN, REGION)] * 2
    healed = [{"roleArn": f"arn:aws:iam::{OTHER}:role/amplify-jobs"}]
    targets = {**TARGETS, "sick": {**TARGETS["sick"], "assumeRoles": healed}}
    fleet.configure(JOBS, targets=targets, rules={"stuck": RULE})
    fleet.up()
    assert written(world)[2:] == [(OTHER, REGION)] * 2
    fleet.configure(JOBS, targets=TARGETS, rules={"stuck": RULE})
    world.at(OWN, REGION).set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    fleet.up("--exclude", "**sick")
    assert written(world)[4:] == [(OWN, REGION)]


def test_a_program_of_ones_own_shows_a_sick_target_and_settles_the_others(
    fleet: Project, world: Emulator
) -> None:
    fleet.program("import pulumi_amplify_jobs\n\npulumi_amplify_jobs.from_config()\n")
    assert WRONG in fleet.pulumi("preview", expect=0).text
    assert fleet.up("--continue-on-error", expect=None).code != 0
    assert written(world) == [(OWN, REGION)]
