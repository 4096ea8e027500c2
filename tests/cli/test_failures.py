"""What is wrong with the usage, the config or the program itself: lines on stderr, exit code 1."""

from __future__ import annotations

import json
import os

import pytest
from click.testing import CliRunner

from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.cli.errors import lines_of
from pulumi_amplify_jobs.emulator import Emulator

from ..samples import job
from .conftest import Project

COMMANDS = pytest.mark.parametrize("command", [["plan"], ["plan", "--json"], ["apply", "--yes"]])


@COMMANDS
def test_every_config_problem_is_a_line_and_nothing_is_asked(
    project: Project, emulator: Emulator, command: list[str]
) -> None:
    project.declare({"a": {"jobId": "1", "sttus": "FAILED"}, "b": {"jobId": 2, "status": "FAILED"}})
    result = project.run(*command)
    lines = result.stderr.splitlines()
    assert (result.returncode, result.stdout) == (1, "")
    assert all(line.startswith("error: Pulumi.dev.yaml:") for line in lines)
    assert any("unknown key sttus: did you mean status?" in line for line in lines)
    assert any("b: jobId 2 is a number" in line for line in lines)
    assert emulator.requests() == []


def test_a_job_declared_twice_names_both_places(project: Project, emulator: Emulator) -> None:
    project.declare(
        {"a": {"jobId": "1", "status": "FAILED"}, "b": {"jobId": "1", "status": "COMPLETED"}}
    )
    result = project.invoke("apply", "--yes")
    assert result.exit_code == 1
    assert "declared twice, also by a in Pulumi.dev.yaml:" in result.stderr
    assert emulator.requests() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "config:\n  amplify-jobs:jobs:\n    secure: v1:abc\n",
            "error: Pulumi.dev.yaml:2: amplify-jobs:jobs is encrypted, only the engine can open it:"
            " run pulumi preview\n",
        ),
        (
            "environment:\n  - team\n",
            "error: Pulumi.dev.yaml:1: environment: only the engine can open it:"
            " run pulumi preview\n",
        ),
    ],
)
def test_what_only_the_engine_opens_is_named(project: Project, text: str, said: str) -> None:
    project.stack_file.write_text(text)
    result = project.run("plan")
    assert (result.returncode, result.stdout, result.stderr) == (1, "", said)


def test_warnings_do_not_stop(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1", "DONE")])
    project.declare({"a": {"jobId": "1", "status": "DONE"}})
    result = project.run("plan", "--json")
    assert result.returncode == 0
    assert result.stderr.startswith("warning: Pulumi.dev.yaml:")
    assert json.loads(result.stdout)["summary"]["nothing"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "--nope"], "error: No such option"),
        (["paln"], "error: No such command 'paln' (did you mean plan?); see amplify-jobs --help"),
        (["plan", "-C", "/nowhere"], "error: Invalid value for '-C' / '--cwd'"),
        (["apply", "--parallel", "0"], "error: Invalid value for '--parallel'"),
        (["plan", "--stack", "prod"], "error: Pulumi.prod.yaml: there is no such stack file"),
        (["plan", "-s", ""], 'error: --stack "" is not a stack name: write NAME or '),
        (["plan", "-s", "../dev"], "error: --stack ../dev is not a stack name: write NAME or "),
        (["plan", "-s", "a/b/c/dev"], "error: --stack a/b/c/dev is not a stack name: "),
        (
            ["plan", "-s", "org/shop/dev"],
            "error: --stack org/shop/dev belongs to another project: the project here is demo, ",
        ),
        (["plan", "extra"], "error: Got unexpected extra argument"),
    ],
)
def test_wrong_usage_is_one_line_and_1(project: Project, arguments: list[str], said: str) -> None:
    project.declare({})
    result = project.run(*arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(cli, ["--version"]).stdout.startswith("amplify-jobs 0.")


def test_what_was_not_foreseen_is_one_line() -> None:
    assert lines_of(KeyError("a\nb")) == [
        "internal error, KeyError: 'a\\nb'; set AMPLIFY_JOBS_DEBUG=1 for its traceback"
    ]


def test_a_full_disk_is_one_line() -> None:
    assert lines_of(OSError(28, "No space left on device")) == ["No space left on device"]


def test_a_traceback_only_where_asked_for(project: Project) -> None:
    project.stack_file.write_text("config: [")
    assert "Traceback" not in project.run("plan").stderr
    debugged = project.run("plan", env={**os.environ, "AMPLIFY_JOBS_DEBUG": "1"})
    assert debugged.returncode == 1
    assert "Traceback" in debugged.stderr


def test_an_ascii_terminal_gets_ascii(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1", "LÄUFT")])
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})
    result = project.run("plan", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (result.returncode, result.stderr) == (2, "")
    assert "L?UFT -> FAILED" in result.stdout
