"""watch and rules: what a plan refuses is no job to wait for."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.samples import APP, ENVIRONMENT, job

from .conftest import Project
from .test_rules import RULE

PLACE = f"{APP}/{ENVIRONMENT}"
SOON = ("--timeout", "1s", "--interval", "1s")
OTHER: dict[str, Any] = {**RULE, "match": {"status": "RUNNING"}}


@pytest.mark.parametrize("where", [(), (PLACE,)])
@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (
            {"stuck": {**RULE, "limit": 1}},
            "error: stuck: 2 jobs match, more than the limit of 1, so nothing is written",
        ),
        (
            {"stuck": RULE, "other": OTHER},
            f"error: stuck: other and stuck both match {PLACE}/1, so nothing is written",
        ),
    ],
    ids=["limit", "contested"],
)
def test_what_nobody_will_write_ends_the_watch(
    project: Project, emulator: Emulator, where: tuple[str, ...], rules: Any, told: str
) -> None:
    emulator.seed([job("1"), job("2")])
    project.declare({}, rules=rules)
    done = project.invoke("watch", *where, "--stack", "dev", *SOON)
    assert done.exit_code == 1
    assert told in done.stderr
    assert "apply would set" not in done.stdout


def test_a_limit_counts_jobs_outside_of_the_environments_that_are_watched(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2", environment="dev")])
    project.declare({}, rules={"stuck": {**RULE, "limit": 1}})
    done = project.invoke("watch", PLACE, "--stack", "dev", *SOON)
    assert done.exit_code == 1
    assert "stuck: 2 jobs match, more than the limit of 1" in done.stderr


def test_a_rule_of_other_environments_does_not_count(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1", status="COMPLETED"), job("2", environment="dev")])
    project.declare({}, rules={"stuck": {**RULE, "limit": 0, "environments": ["dev"]}})
    assert project.invoke("watch", PLACE, "--stack", "dev", *SOON).exit_code == 0


def test_a_stack_of_rules_alone_is_watched(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2", environment="dev", status="COMPLETED")])
    project.declare({}, rules={"stuck": RULE})
    done = project.invoke("watch", *SOON)
    assert done.exit_code == 2
    assert f"stuck ({PLACE}/1): RUNNING, apply would set status to FAILED" in done.stdout
    emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED")
    assert project.invoke("watch", *SOON).exit_code == 0


def test_a_rule_that_cant_be_read_for_a_moment_is_tried_again(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1", status="COMPLETED")])
    emulator.fault("504", operation="ListBackendJobs", times=1)
    project.declare({}, rules={"stuck": RULE}, maxRetries=0)
    done = project.invoke("watch", "--timeout", "20s", "--interval", "1s")
    assert done.exit_code == 0, done.output
    assert "stuck: error: ListBackendJobs" in done.stdout


def test_a_look_lists_each_environment_once(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2")])
    project.declare({"mine": {"jobId": "2", "status": "FAILED"}}, rules={"stuck": RULE})
    assert project.invoke("watch", *SOON).exit_code == 2
    looks = len(emulator.requests("GetBackendJob"))
    assert len(emulator.requests("ListBackendJobs")) == looks
    assert len(emulator.requests("ListApps")) == 1
    assert len(emulator.requests("ListBackendEnvironments")) == 1
