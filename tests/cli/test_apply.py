"""`apply`: only what the plan named is written, and what came of it is told."""

from __future__ import annotations

import json

from pulumi_amplify_jobs.emulator import Emulator
from tests.updates import updated_ids
from tests.waiting import DEADLINE, until

from ..samples import APP, ENVIRONMENT, job
from .conftest import Project


def live_status(emulator: Emulator, job_id: str) -> str | None:
    return emulator.job(APP, ENVIRONMENT, job_id).status


def test_plan_apply_plan(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2", "COMPLETED"), job("3", "FAILED")])
    project.declare(
        {
            "a": {"jobId": "1", "operation": "DeleteBackend", "status": "FAILED"},
            "b": {"jobId": "2", "status": "COMPLETED"},
            "c": {"jobId": "3", "status": "COMPLETED", "when": {"status": "RUNNING"}},
        }
    )
    assert project.run("plan").returncode == 2
    applied = project.run("apply", "--yes")
    assert (applied.returncode, applied.stderr) == (0, "")
    assert "[1/1] a: updated" in applied.stdout
    assert applied.stdout.endswith("Applied: 1 updated, 1 as declared, 1 left alone.\n")
    (sent,) = emulator.requests("UpdateBackendJob")
    assert (sent.job_id, sent.body) == ("1", {"operation": "DeleteBackend", "status": "FAILED"})
    assert project.run("plan").returncode == 0
    emulator.clear_requests()
    again = project.run("apply")
    assert (again.returncode, updated_ids(emulator)) == (0, [])
    assert again.stdout.endswith("Nothing to do.\n")


def test_without_a_terminal_it_takes_a_yes(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})
    result = project.run("apply")
    assert result.returncode == 1
    assert "RUNNING → FAILED" in result.stdout
    assert result.stderr == (
        "error: can't ask without a terminal, so nothing was written; use --yes to skip the "
        "question\n"
    )
    assert updated_ids(emulator) == []


def test_one_failure_stops_no_other(project: Project, emulator: Emulator) -> None:
    emulator.seed([job(str(number)) for number in range(4)])
    emulator.fault("denied", operation="UpdateBackendJob", job_id="1")
    project.declare({f"j{n}": {"jobId": str(n), "status": "FAILED"} for n in range(4)})
    result = project.invoke("apply", "--yes", "--parallel", "1")
    assert result.exit_code == 1
    assert [live_status(emulator, str(n)) for n in range(4)] == [
        "FAILED",
        "RUNNING",
        "FAILED",
        "FAILED",
    ]
    assert f"error: UpdateBackendJob {APP}/{ENVIRONMENT}/1: access denied;" in result.stdout
    assert result.stdout.endswith("Applied: 3 updated; 1 failed.\n")
    assert result.stderr == "error: 1 of 4 jobs not brought to the declared state\n"


def test_a_missing_job_is_an_error_and_the_rest_is_done(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    project.declare(
        {"gone": {"jobId": "9", "status": "FAILED"}, "a": {"jobId": "1", "status": "FAILED"}}
    )
    result = project.invoke("apply", "--yes")
    assert result.exit_code == 1
    assert updated_ids(emulator) == ["1"]
    assert result.stdout.endswith("Applied: 1 updated; 1 failed.\n")


def test_only_errors_and_nothing_to_write(project: Project, emulator: Emulator) -> None:
    project.declare({"gone": {"jobId": "9", "status": "FAILED"}})
    result = project.invoke("apply")
    assert result.exit_code == 1
    assert "Nothing to do" not in result.stdout
    assert result.stderr.count("\n") == 1


def test_results_as_json(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2", "COMPLETED"), job("3")])
    emulator.fault("denied", operation="UpdateBackendJob", job_id="3")
    project.declare(
        {
            "a": {"jobId": "1", "status": "FAILED"},
            "b": {"jobId": "2", "status": "COMPLETED"},
            "c": {"jobId": "3", "status": "FAILED"},
        }
    )
    result = project.run("apply", "--yes", "--json")
    document = json.loads(result.stdout)
    assert result.returncode == 1
    assert document["summary"] == {
        "updated": 1,
        "nothing": 1,
        "skipped": 0,
        "unsettled": 0,
        "failed": 1,
        "notDone": 0,
    }
    assert [(each["name"], each["action"], each["result"]) for each in document["jobs"]] == [
        ("a", "update", "updated"),
        ("b", "nothing", "nothing"),
        ("c", "update", "failed"),
    ]
    assert document["jobs"][0]["live"]["status"] == "FAILED"
    assert "RUNNING → FAILED" in result.stderr
    assert f"error: c ({APP}/{ENVIRONMENT}/3): UpdateBackendJob" in result.stderr


def test_it_waits_until_the_job_shows_it(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.declare({"a": {"jobId": "1", "operation": "DeleteBackend", "wait": {"timeout": "1m"}}})
    with project.start("apply", "--yes") as process:
        until(lambda: updated_ids(emulator) == ["1"], "the update")
        assert process.poll() is None
        emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
        output, _ = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0
    assert output.endswith("Applied: 1 updated.\n")


def test_a_wait_that_ends_badly_says_why(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.declare({"a": {"jobId": "1", "operation": "DeleteBackend", "wait": {"timeout": "1m"}}})
    with project.start("apply", "--yes") as process:
        until(lambda: updated_ids(emulator) == ["1"], "the update")
        emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED", error="stack is locked")
        output, _ = process.communicate(timeout=DEADLINE)
    assert process.returncode == 1
    assert "was updated, but the job ended as FAILED, not COMPLETED: stack is locked" in output
    assert output.endswith("Applied: 0 updated; 1 updated but not as declared.\n")


def test_a_service_that_fails_a_third_of_the_time(project: Project, emulator: Emulator) -> None:
    emulator.seed([job(str(number)) for number in range(20)])
    for kind in ("429", "504", "500", "drop", "lost"):
        emulator.fault(kind, 1 / 15)
    project.declare({f"j{n}": {"jobId": str(n), "status": "FAILED"} for n in range(20)})
    result = project.invoke("apply", "--yes")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("Applied: 20 updated.\n")
    assert {each.status for each in emulator.jobs()} == {"FAILED"}
    assert any(each.fault for each in emulator.requests())
    emulator.clear_faults()
    assert project.invoke("plan").exit_code == 0
