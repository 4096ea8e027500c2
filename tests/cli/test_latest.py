"""`latest` without an engine: the newest at that moment, shown with its ID."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.samples import APP, ENVIRONMENT, job, rule

from .conftest import Project

RULE = rule(match={"status": "RUNNING"}, set={"status": "COMPLETED"})
PUSH: dict[str, Any] = {"jobId": {"latest": {"status": "RUNNING"}}, "status": "FAILED"}


def test_plan_shows_the_id_and_apply_updates_it(project: Project, emulator: Emulator) -> None:
    older, newer = "1600000000001", "1600000000002"
    emulator.seed([{**job("old"), "createTime": older}, {**job("new"), "createTime": newer}])
    project.declare({"push": PUSH})
    [planned] = json.loads(project.invoke("plan", "--json").stdout)["jobs"]
    assert (planned["name"], planned["jobId"], planned["action"]) == ("push", "new", "update")
    assert project.invoke("apply", "--yes").exit_code == 0
    assert [request.job_id for request in emulator.requests("UpdateBackendJob")] == ["new"]


def test_no_job_that_fits_is_an_error(project: Project) -> None:
    project.declare({"push": PUSH})
    result = project.invoke("plan", "--json")
    assert result.exit_code == 1
    label = f"push ({APP}/{ENVIRONMENT}/(latest))"
    assert f"error: jobId of {label}: {APP}/{ENVIRONMENT} has no job with" in result.stderr


def test_latest_jobs_of_one_environment_that_fail_alike_are_one_line(
    project: Project, emulator: Emulator
) -> None:
    emulator.fault("denied")
    completed = {**PUSH, "jobId": {"latest": {"status": "COMPLETED"}}}
    project.declare({"push": PUSH, "again": completed})
    [line] = project.invoke("plan", "--json").stderr.splitlines()
    assert line.startswith("error: 2 jobs: access denied")


def test_why_one_latest_job_is_not_found_is_no_reason_of_another(
    project: Project, emulator: Emulator
) -> None:
    emulator.fault("denied", operation="ListBackendJobs", times=2)
    elsewhere = {**PUSH, "backendEnvironmentName": "dev"}
    completed = {**PUSH, "jobId": {"latest": {"status": "COMPLETED"}}}
    project.declare({"push": PUSH, "elsewhere": elsewhere, "done": completed})
    denied, missing = project.invoke("plan", "--json").stderr.splitlines()
    assert denied.startswith("error: 2 jobs: access denied")
    assert missing.startswith("error: jobId of done")
    assert "error: jobId of done" in project.invoke("plan").stdout


def test_the_same_job_twice_is_an_error(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.declare({"push": PUSH, "again": PUSH})
    result = project.invoke("plan", "--json")
    assert result.exit_code == 1
    assert "again and push both refer to" in result.stderr


def test_a_rule_leaves_the_latest_job_alone(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.declare({"push": PUSH}, rules={"stuck": RULE})
    document = json.loads(project.invoke("plan", "--json").stdout)
    [told] = document["rules"]
    assert (told["matches"], told["error"], told["warnings"]) == (0, None, [])


def test_where_the_latest_job_is_not_known_no_rule_touches_anything(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("7", environment="dev")])
    emulator.fault("denied", operation="ListBackendJobs", times=2)  # for the job, for the rule
    fixed = {"jobId": "7", "backendEnvironmentName": "dev", "status": "FAILED"}
    project.declare({"fixed": fixed, "push": PUSH}, rules={"stuck": RULE})
    result = project.invoke("apply", "--yes")
    assert result.exit_code == 1
    assert f"stuck: ListBackendJobs {APP}/{ENVIRONMENT}" in result.stderr
    assert [request.job_id for request in emulator.requests("UpdateBackendJob")] == ["7"]


@pytest.mark.parametrize(
    ("job_id", "message"),
    [
        ({"latest": {"operation": 7}}, "jobId.latest.operation 7 is a number: quote it"),
        (
            {"latest": {"age": "6h"}},
            "unknown key jobId.latest.age: expected one of operation, status",
        ),
        ({"follow": True}, "jobId.latest is missing"),
        ({"newest": {}}, "unknown key jobId.newest: "),
        ({"latest": {}, "follow": "yes"}, "jobId.follow yes is neither true nor false"),
    ],
)
def test_mistakes_are_found_offline(project: Project, job_id: dict[str, Any], message: str) -> None:
    project.declare({"push": {**PUSH, "jobId": job_id}})
    result = project.invoke("validate")
    assert result.exit_code == 1
    assert message in result.stdout + result.stderr


def test_a_good_one_is_valid(project: Project) -> None:
    project.declare({"push": {**PUSH, "jobId": {"latest": {}, "follow": True}}})
    assert project.invoke("validate").exit_code == 0
