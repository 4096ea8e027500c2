"""What discover writes, under a real engine: adopted without a call that changes a job."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pulumi_amplify_jobs.cli.entry_point import cli
from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import job

JOBS = [
    job("1", app="d1"),
    job("2", app="d1", environment="dev", status="FAILED", error="no quota"),
    job("0012", app="d2", status="COMPLETED", operation="CreateBackend"),
    job("a: b #c", app="d2", operation="yes", status="1e3"),
    job("only-status", app="d2", operation=None),
    job("only-operation", app="d2", status=None),
]


def discover(emulator: Emulator, output: Path, *arguments: str) -> None:
    line = ["discover", "--region", "eu-west-1", "--endpoint", emulator.url, *arguments]
    written = CliRunner().invoke(cli, [*line, "-o", str(output), "--force"])
    assert written.exit_code == 0, written.output


@pytest.mark.parametrize("form", ["stack file", "included file"])
def test_an_up_adopts_what_was_found_without_an_update(
    project: Project, emulator: Emulator, form: str
) -> None:
    emulator.seed(JOBS)
    if form == "stack file":
        discover(emulator, project.stack_file)
    else:
        discover(emulator, project.folder / "found.yaml", "--include")
        project.configure({}, include=["found.yaml"])
    assert "7 to create" in project.preview().text
    project.up()
    adopted = {state["id"] for state in project.resources().values()}
    assert adopted == {
        f"{each['appId']}/{each['backendEnvironmentName']}/{each['jobId']}" for each in JOBS
    }
    assert emulator.requests("UpdateBackendJob") == []
    assert "7 unchanged" in project.preview().text
    assert "7 unchanged" in project.up().text
    assert emulator.requests("UpdateBackendJob") == []


def test_the_rule_that_is_proposed_settles_what_hangs(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1", app="d1"), job("2", app="d1", status="COMPLETED")])
    discover(emulator, project.stack_file, "--rules")
    project.up()
    assert [request.job_id for request in emulator.requests("UpdateBackendJob")] == ["1"]
    assert "2 unchanged" in project.up().text
