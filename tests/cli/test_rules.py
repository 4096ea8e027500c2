"""Rules without an engine: plan shows what they claim, apply settles it."""

from __future__ import annotations

import json
from typing import Any

from pulumi_amplify_jobs.emulator import Emulator
from tests.samples import APP, job

from .conftest import Project

RULE: dict[str, Any] = {
    "apps": ["*"],
    "environments": ["*"],
    "match": {"status": "RUNNING", "olderThan": "6h"},
    "set": {"status": "FAILED"},
    "limit": 5,
}
NAMED = {"named": {"jobId": "9", "status": "FAILED"}}


def seed(emulator: Emulator) -> None:
    emulator.seed([job("1"), job("9"), job("2", status="COMPLETED"), job("3", app="dother")])


def written(emulator: Emulator) -> set[str | None]:
    return {request.job_id for request in emulator.requests("UpdateBackendJob")}


def test_plan_shows_what_rules_claim_below_the_declared_jobs(
    project: Project, emulator: Emulator
) -> None:
    seed(emulator)
    project.declare(NAMED, rules={"stuck": RULE})
    result = project.invoke("plan", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert [(each["name"], each["jobId"], each["byRule"]) for each in document["jobs"]] == [
        ("named", "9", False),
        ("stuck", "1", True),
        ("stuck", "3", True),
    ]
    assert document["rules"] == [{"name": "stuck", "matches": 2, "error": None}]
    assert written(emulator) == set()


def test_apply_settles_rules_and_jobs(project: Project, emulator: Emulator) -> None:
    seed(emulator)
    project.declare(NAMED, rules={"stuck": RULE})
    assert project.invoke("apply", "--yes").exit_code == 0
    assert written(emulator) == {"1", "3", "9"}
    assert project.invoke("plan").exit_code == 0


def test_rules_only_leaves_declared_jobs_alone(project: Project, emulator: Emulator) -> None:
    seed(emulator)
    project.declare(NAMED, rules={"stuck": RULE})
    result = project.invoke("apply", "--rules-only", "--yes")
    assert result.exit_code == 0
    assert f"stuck ({APP}/prod/1): updated" in result.stdout
    assert written(emulator) == {"1", "3"}
    again = project.invoke("apply", "--rules-only", "--yes")
    assert (again.exit_code, "Nothing to do." in again.stdout) == (0, True)


def test_more_than_the_limit_is_an_error_and_other_rules_go_on(
    project: Project, emulator: Emulator
) -> None:
    seed(emulator)
    narrow = {**RULE, "limit": 0, "apps": [APP]}
    other = {**RULE, "apps": ["dother"]}
    project.declare({}, rules={"narrow": narrow, "other": other})
    result = project.invoke("apply", "--rules-only", "--yes")
    assert result.exit_code == 1
    assert "error: narrow: 2 jobs match, more than the limit of 0" in result.stderr
    assert written(emulator) == {"3"}


def test_rules_that_claim_the_same_job_are_told_by_both_names(
    project: Project, emulator: Emulator
) -> None:
    seed(emulator)
    project.declare({}, rules={"one": RULE, "two": {**RULE, "apps": ["dother"]}})
    result = project.invoke("plan", "--json")
    assert result.exit_code == 1
    assert "one: one and two both claim dother/prod/3" in result.stderr
    assert [each["error"] is None for each in json.loads(result.stdout)["rules"]] == [False, False]


def test_a_list_that_fails_is_an_error_of_the_rule(project: Project, emulator: Emulator) -> None:
    seed(emulator)
    emulator.fault("denied", operation="ListApps")
    project.declare(NAMED, rules={"stuck": RULE})
    result = project.invoke("apply", "--yes")
    assert result.exit_code == 1
    assert "error: stuck: ListApps" in result.stderr
    assert written(emulator) == {"9"}


def test_doubts_are_warnings(project: Project, emulator: Emulator) -> None:
    emulator.seed([{**job("1"), "createTime": "soon"}])
    project.declare({}, rules={"stuck": RULE})
    result = project.invoke("plan")
    assert result.exit_code == 0
    assert "warning: stuck: " in result.stderr
    assert "would match, but its createTime is soon; it is left alone" in result.stderr
