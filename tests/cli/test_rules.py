"""Rules without an engine: plan shows what they match, apply settles it."""

from __future__ import annotations

import json
import threading

from pulumi_amplify_jobs.emulator import Emulator
from tests.samples import APP, job, rule
from tests.updates import written
from tests.waiting import until

from .conftest import Project

RULE = rule(limit=5)
NAMED = {"named": {"jobId": "9", "status": "FAILED"}}


def seed(emulator: Emulator) -> None:
    emulator.seed([job("1"), job("9"), job("2", status="COMPLETED"), job("3", app="dother")])


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
    [rule] = document["rules"]
    assert (rule["name"], rule["matches"], rule["error"]) == ("stuck", 2, None)
    assert [each["text"] for each in rule["names"]] == ["*", "*"]
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
    assert "one: one and two both match dother/prod/3" in result.stderr
    assert [each["error"] is None for each in json.loads(result.stdout)["rules"]] == [False, False]


def test_what_two_rules_claim_is_not_written(project: Project, emulator: Emulator) -> None:
    seed(emulator)
    project.declare({}, rules={"one": RULE, "two": {**RULE, "apps": ["dother"]}})
    result = project.invoke("apply", "--rules-only", "--yes")
    assert result.exit_code == 1
    assert "two: one and two both match dother/prod/3" in result.stderr
    assert written(emulator) == set()


def test_a_job_that_is_left_is_exit_code_1_and_the_next_run_takes_it(
    project: Project, emulator: Emulator
) -> None:
    seed(emulator)
    emulator.fault("denied", operation="UpdateBackendJob", job_id="1", times=1)
    project.declare({}, rules={"stuck": {**RULE, "apps": [APP]}})
    first = project.invoke("apply", "--rules-only", "--yes")
    assert first.exit_code == 1
    assert "error: 1 of 2 jobs not brought to the declared state" in first.stderr
    emulator.clear_requests()
    assert project.invoke("apply", "--rules-only", "--yes").exit_code == 0
    assert written(emulator) == {"1"}


def test_exit_codes_of_a_pipeline(project: Project, emulator: Emulator) -> None:
    seed(emulator)
    project.declare(NAMED, rules={"stuck": RULE})

    def codes() -> tuple[int, int]:
        plan = project.invoke("plan", "--rules-only").exit_code
        return plan, project.invoke("apply", "--rules-only", "--yes").exit_code

    assert codes() == (2, 0)
    assert codes() == (0, 0)
    emulator.fault("denied", operation="ListBackendEnvironments")
    assert codes() == (1, 1)


def test_without_a_terminal_and_without_yes_nothing_is_written(
    project: Project, emulator: Emulator
) -> None:
    seed(emulator)
    project.declare({}, rules={"stuck": RULE})
    result = project.invoke("apply", "--rules-only")
    assert result.exit_code == 1
    assert "use --yes" in result.stderr
    assert written(emulator) == set()


def test_a_wait_that_ends_otherwise_is_told_with_the_jobs_own_error(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1")])

    def fail() -> None:
        until(lambda: written(emulator) == {"1"}, "the update")
        emulator.set_job(APP, "prod", "1", status="FAILED", error="no quota")

    failing = threading.Thread(target=fail)
    failing.start()
    waiting = {**RULE, "set": {"operation": "CloneBackend"}, "wait": {"timeout": "30s"}}
    project.declare({}, rules={"stuck": waiting})
    result = project.invoke("apply", "--rules-only", "--yes", "--json")
    failing.join()
    assert result.exit_code == 1
    assert "was updated, but the job ended as FAILED, not COMPLETED: no quota" in result.stderr


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
    assert (
        "would match, but its createTime is soon, not a number; it is left alone" in result.stderr
    )
