"""`-v` and `-vv`: what the package logs, on stderr."""

from __future__ import annotations

import json
import logging
import re

import pytest
from click.testing import CliRunner

from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.emulator import Emulator

from ..samples import job
from .conftest import Project


@pytest.fixture(autouse=True)
def _one_retry(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    emulator.fault("429", times=1)
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})


def logged(project: Project, *arguments: str) -> list[str]:
    """Run `plan` with options before and after its name; return the lines on stderr."""
    at = ["-C", str(project.path), "--json"]
    result = CliRunner().invoke(cli, [*arguments, *at])
    assert result.exit_code == 2, result.stderr
    json.loads(result.stdout)
    return [re.sub(r"\d+\.\d+ s", "N s", line) for line in result.stderr.splitlines()]


def test_nothing_is_logged_without_it(project: Project) -> None:
    assert logged(project, "plan") == []


RETRY = (
    "warning: GetBackendJob d2abcdefgh1234/prod/1: attempt 1 failed: throttled (Rate exceeded); "
    "retried in N s"
)


@pytest.mark.parametrize("arguments", [["plan", "-v"], ["-v", "plan"], ["plan", "--verbose"]])
def test_once_logs_connections_and_retries(project: Project, arguments: list[str]) -> None:
    [connection, retry] = logged(project, *arguments)
    assert connection == (
        f"info: amplifybackend: region eu-west-1, endpoint {project.url}, credentials from env"
    )
    assert retry == RETRY


@pytest.mark.parametrize("arguments", [["plan", "-vv"], ["-vv", "plan"], ["-v", "plan", "-v"]])
def test_twice_logs_files_and_calls(project: Project, arguments: list[str]) -> None:
    lines = logged(project, *arguments)
    assert "debug: Pulumi.dev.yaml: read" in lines
    assert lines[-2:] == [
        RETRY,
        "debug: GetBackendJob d2abcdefgh1234/prod/1: done in N s, attempt 2",
    ]
    assert len(lines) == len(set(lines))


def test_nothing_of_it_stays_for_the_next_run(project: Project, emulator: Emulator) -> None:
    logged(project, "plan", "-vv")
    emulator.fault("429", times=1)
    assert logged(project, "plan") == []
    root = logging.getLogger("pulumi_amplify_jobs")
    assert root.level == logging.NOTSET
    assert [type(handler) for handler in root.handlers] == [logging.NullHandler]
