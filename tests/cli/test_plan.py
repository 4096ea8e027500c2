"""`plan`: what it shows, what it exits with, what it asks the service."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator

from ..samples import APP, CREATED, ENVIRONMENT, job
from .conftest import Project

MIXED: dict[str, dict[str, Any]] = {
    "stuck": {"jobId": "1", "status": "FAILED"},
    "fine": {"jobId": "2", "status": "COMPLETED"},
    "left": {"jobId": "3", "status": "FAILED", "when": {"status": "RUNNING"}},
    "gone": {"jobId": "4", "status": "FAILED"},
}


def seed_mixed(emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2", "COMPLETED"), job("3", "COMPLETED")])


def test_nothing_to_do_exits_with_0(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1", "FAILED")])
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})
    result = project.run("plan")
    assert (result.returncode, result.stdout, result.stderr) == (
        0,
        "Plan: 0 to update, 1 as declared (--all shows them).\n",
        "",
    )


def test_pending_changes_exit_with_2(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})
    result = project.run("plan")
    assert result.returncode == 2
    (row,) = [line for line in result.stdout.splitlines() if line.startswith("~")]
    assert row.split()[:3] == ["~", "a", f"{APP}/{ENVIRONMENT}/1"]
    assert "UpdateBackendAPI  RUNNING → FAILED" in row
    assert emulator.requests("UpdateBackendJob") == []


def test_every_job_has_its_own_answer(project: Project, emulator: Emulator) -> None:
    seed_mixed(emulator)
    project.declare(MIXED)
    result = project.invoke("plan")
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert not any(line.endswith(" ") for line in result.stdout.splitlines())
    assert "left alone: when: status is COMPLETED, not RUNNING" in lines
    assert any(line.startswith("error: gone") for line in lines)
    assert not any(" fine " in line for line in lines)
    assert (
        lines[-1] == "Plan: 1 to update, 1 as declared (--all shows them), 1 left alone, 1 error."
    )


def test_all_shows_what_is_as_declared(project: Project, emulator: Emulator) -> None:
    seed_mixed(emulator)
    project.declare(MIXED)
    lines = project.invoke("plan", "--all").stdout.splitlines()
    assert lines[-1] == "Plan: 1 to update, 1 as declared, 1 left alone, 1 error."
    assert [line.split()[1] for line in lines if line[:1] in tuple("~=·✗")] == list(MIXED)


def test_one_document_tells_all(project: Project, emulator: Emulator) -> None:
    seed_mixed(emulator)
    project.declare(MIXED)
    result = project.invoke("plan", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document["version"] == 2
    assert document["stack"] == "dev"
    assert document["summary"] == {"update": 1, "nothing": 1, "skipped": 1, "error": 1}
    assert [each["name"] for each in document["jobs"]] == list(MIXED)
    stuck, _, left, gone = document["jobs"]
    assert stuck == {
        "name": "stuck",
        "byRule": False,
        "appId": APP,
        "backendEnvironmentName": ENVIRONMENT,
        "jobId": "1",
        "target": None,
        "action": "update",
        "changes": [{"field": "status", "from": "RUNNING", "to": "FAILED"}],
        "live": {
            "appId": APP,
            "backendEnvironmentName": ENVIRONMENT,
            "jobId": "1",
            "target": None,
            "operation": "UpdateBackendAPI",
            "status": "RUNNING",
            "createTime": CREATED,
            "updateTime": CREATED,
            "error": None,
        },
        "reason": None,
    }
    assert (left["action"], left["reason"]) == (
        "skipped",
        "when: status is COMPLETED, not RUNNING",
    )
    assert (gone["action"], gone["live"]) == ("error", None)
    assert result.stderr.startswith("error: gone ")


@pytest.mark.parametrize("part", ["appId", "backendEnvironmentName", "jobId"])
def test_any_part_of_a_key_may_be_what_is_wrong(
    project: Project, emulator: Emulator, part: str
) -> None:
    emulator.seed([job("1")])
    project.declare({"gone": {"jobId": "1", "status": "FAILED", part: "wrong"}})
    result = project.invoke("plan")
    assert result.exit_code == 1
    told = " ".join(result.stdout.split())
    assert (
        "no such job; correct its appId, backendEnvironmentName or jobId, or the region, remove it"
        in told
    )


def test_a_missing_job_may_be_ignored(project: Project) -> None:
    project.declare({"a": {"jobId": "9", "status": "FAILED", "ifMissing": "ignore"}})
    result = project.invoke("plan")
    assert result.exit_code == 0
    assert "left alone: the service has no such job" in result.stdout
    assert result.stdout.endswith("Plan: 0 to update, 0 as declared, 1 left alone.\n")


def test_an_error_on_one_job_hides_no_other(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2", environment="other")])
    emulator.fault("denied", job_id="2")
    project.declare(
        {
            "denied": {"jobId": "2", "status": "FAILED", "backendEnvironmentName": "other"},
            "a": {"jobId": "1", "status": "FAILED"},
        }
    )
    result = project.invoke("plan")
    assert result.exit_code == 1
    assert "RUNNING → FAILED" in result.stdout
    assert f"error: GetBackendJob {APP}/other/2: access denied; allow the IAM" in result.stdout
    assert result.stdout.endswith("Plan: 1 to update, 0 as declared, 1 error.\n")


def test_errors_alike_are_one_line(project: Project) -> None:
    project.declare(
        {
            f"j{n}": {"jobId": "1", "status": "FAILED", "backendEnvironmentName": f"e{n}"}
            for n in range(3)
        },
        endpoint="http://127.0.0.1:1",
        maxRetries=0,
    )
    told = (
        "error: 3 jobs: nothing is listening at http://127.0.0.1:1; "
        "check the network and amplify-jobs:endpoint"
    )
    assert [
        line.strip() for line in project.invoke("plan").stdout.splitlines() if "error:" in line
    ] == [told]
    result = project.invoke("plan", "--json")
    assert (result.exit_code, result.stderr) == (1, f"{told}\n")
    assert all("GetBackendJob" in each["reason"] for each in json.loads(result.stdout)["jobs"])


def test_the_age_is_the_time_since_the_job_was_created(
    project: Project, emulator: Emulator
) -> None:
    created = str(int((time.time() - 50 * 3600) * 1000))
    emulator.seed([{**job("1"), "createTime": created}])
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})
    lines = project.invoke("plan").stdout.splitlines()
    assert (lines[2].split()[-1], lines[3].split()[-1]) == ("Age", "2d")


def test_reads_are_coalesced(project: Project, emulator: Emulator) -> None:
    emulator.seed([job(str(number)) for number in range(50)])
    project.declare({f"j{n}": {"jobId": str(n), "status": "FAILED"} for n in range(50)})
    assert project.invoke("plan").exit_code == 2
    assert [each.operation for each in emulator.requests()] == ["ListBackendJobs"] * 2


def test_no_jobs_is_nothing_to_do(project: Project, emulator: Emulator) -> None:
    project.declare({})
    result = project.invoke("plan")
    assert (result.exit_code, result.stdout) == (0, "Plan: 0 to update, 0 as declared.\n")
    assert emulator.requests() == []


@pytest.mark.parametrize(
    "arguments", [("--stack", "prod"), ("-s", "org/demo/prod"), ("--config-file", "prod.yaml")]
)
def test_the_stack_can_be_named(
    project: Project, emulator: Emulator, arguments: tuple[str, ...]
) -> None:
    emulator.seed([job("1")])
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})
    for name in ("Pulumi.prod.yaml", "prod.yaml"):
        (project.path / name).write_text(project.stack_file.read_text())
    document = json.loads(project.invoke("plan", "--json", *arguments).stdout)
    assert (document["stack"], document["summary"]["update"]) == ("prod", 1)


def test_what_the_service_says_is_neutralised(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1", "\x1b[31m[red]BAD[/red]\r\n:boom:")])
    project.declare({"[bold]a": {"jobId": "1", "status": "FAILED"}})
    result = project.run("plan")
    assert "\x1b" not in result.stdout
    assert "%1B[31m[red]BAD[/red]%0D%0A:boom: → FAILED" in result.stdout
    assert "~  [bold]a " in result.stdout
    document = project.run("plan", "--json").stdout
    assert "\x1b" not in document
    assert json.loads(document)["jobs"][0]["live"]["status"] == (
        "%1B[31m[red]BAD[/red]%0D%0A:boom:"
    )
