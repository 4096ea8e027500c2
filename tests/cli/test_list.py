"""`list`: which environments, in which order, with which ages, and what goes wrong."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.cli.list.table import ListedJob, in_order
from pulumi_amplify_jobs.client.environment_jobs import Listing
from pulumi_amplify_jobs.domain.jobs import ObservedJob
from pulumi_amplify_jobs.domain.keys import Environment, JobKey
from pulumi_amplify_jobs.emulator import Emulator
from tests.waiting import DEADLINE, until

from ..samples import APP, CREATED, job
from .conftest import Project
from .observe import STYLE, terminal

NOW = 1_700_000_000.0
HOUR = 3600


def invoke(url: str, *arguments: str) -> Result:
    given = ["list", "--endpoint", url, "--region", "eu-west-1", *arguments]
    return CliRunner().invoke(cli, given, prog_name="amplify-jobs")


def shown(result: Result) -> list[str]:
    """Return the first word of each line between the head of the table and the summary."""
    lines = result.stdout.splitlines()
    return [line.split()[0] for line in lines[3:-2]]


def live(job_id: str, status: str | None, created: str | None, updated: str | None) -> ObservedJob:
    return ObservedJob(JobKey(APP, "dev", job_id), "DeleteBackend", status, created, updated)


def ago(seconds: int) -> str:
    return str(int((NOW - seconds) * 1000))


def test_the_oldest_running_job_is_first_and_the_newest_other_follows() -> None:
    jobs = (
        live("done-old", "COMPLETED", ago(9 * HOUR), None),
        live("done-unknown", "FAILED", None, None),
        live("run-unknown", "RUNNING", "yesterday", None),
        live("run-new", "RUNNING", ago(60), ago(5)),
        live("done-new", None, ago(2), "9" * 40),
        live("run-old", "RUNNING", ago(HOUR), ago(7200)),
    )
    listed = in_order(
        [Listing(Environment(APP, "dev"), jobs[:3]), Listing(Environment(APP, "dev"), jobs[3:])],
        NOW,
    )
    assert listed == [
        ListedJob(jobs[5], HOUR, 7200),
        ListedJob(jobs[3], 60, 5),
        ListedJob(jobs[2], None, None),
        ListedJob(jobs[4], 2, None),
        ListedJob(jobs[0], 9 * HOUR, None),
        ListedJob(jobs[1], None, None),
    ]


def test_one_environment(emulator: Emulator) -> None:
    created = {"createTime": str(int((time.time() - 200 * HOUR) * 1000)), "updateTime": "soon"}
    emulator.seed([{**job("1"), **created}, job("2", None, None, error="it\r\nbroke \x1b[31m")])
    result = invoke(emulator.url, f"{APP}/prod")
    warning = f"warning: {APP}/prod/1: updateTime is soon, not a number\n"
    assert (result.exit_code, result.stderr) == (0, warning)
    lines = result.stdout.splitlines()
    assert lines[0] == f"Live jobs of {APP}/prod"
    assert lines[2].split() == ["Job", "Operation", "Status", "Age", "Idle"]
    assert lines[3].split() == ["1", "UpdateBackendAPI", "RUNNING", "8d", "?"]
    assert lines[4].split()[:3] == ["2", "-", "-"]
    assert lines[5:] == ["  it broke %1B[31m", "", "2 jobs, 1 RUNNING."]


def test_several_environments_name_each_jobs_own(emulator: Emulator) -> None:
    emulator.seed([job(str(n), environment=f"e{n}") for n in range(3)])
    result = invoke(emulator.url, *(f"{APP}/e{n}" for n in (0, 1, 2, 1)))
    assert result.exit_code == 0
    for number in range(3):
        assert f"{number}    {APP}/e{number}  UpdateBackendAPI" in result.stdout
    assert result.stdout.endswith("\n3 jobs in 3 environments, 3 RUNNING.\n")
    assert len(emulator.requests()) == 3


def test_the_environments_of_the_stack(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2", environment="dev"), job("3", environment="other")])
    project.declare(
        {
            "a": {"jobId": "1", "status": "FAILED"},
            "b": {"jobId": "9", "status": "FAILED", "backendEnvironmentName": "dev"},
        }
    )
    document = json.loads(project.invoke("list", "--json").stdout)
    assert [each["backendEnvironmentName"] for each in document["environments"]] == ["prod", "dev"]
    assert {each["jobId"] for each in document["jobs"]} == {"1", "2"}
    named = json.loads(project.invoke("list", "--json", "-s", "dev", f"{APP}/other").stdout)
    assert [each["jobId"] for each in named["jobs"]] == ["3"]


def test_options_come_before_the_stack(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.declare({"a": {"jobId": "1", "status": "FAILED"}}, endpoint="http://127.0.0.1:1")
    result = project.invoke("list", "--endpoint", emulator.url)
    assert (result.exit_code, shown(result)) == (0, ["1"])


def test_with_arguments_no_stack_is_read(tmp_path: Path, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    (tmp_path / "Pulumi.yaml").write_text("][")
    result = invoke(emulator.url, "-C", str(tmp_path), f"{APP}/prod")
    assert (result.exit_code, shown(result)) == (0, ["1"])


def test_a_stack_without_jobs_says_what_to_do(project: Project) -> None:
    project.declare({})
    result = project.invoke("list")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the stack declares no jobs: name environments as APP/ENVIRONMENT" in result.stderr


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--status", "FAILED"], ["2", "3"]),
        (["--status", "FAILED", "--status", "RUNNING"], ["1", "2", "3"]),
        (["--status", "FAILED", "--operation", "DeleteBackend"], ["3"]),
        (["--limit", "1"], ["1"]),
    ],
)
def test_a_part_of_the_jobs(emulator: Emulator, options: list[str], found: list[str]) -> None:
    emulator.seed([job("1"), job("2", "FAILED"), job("3", "FAILED", "DeleteBackend")])
    assert shown(invoke(emulator.url, f"{APP}/prod", *options)) == found


def test_a_limit_says_that_there_are_more(emulator: Emulator) -> None:
    emulator.seed([job(str(n)) for n in range(3)])
    result = invoke(emulator.url, f"{APP}/prod", "--limit", "2")
    assert result.stdout.endswith("\n3 jobs, 3 RUNNING (the first 2 are shown).\n")


def test_an_environment_without_jobs_is_told(emulator: Emulator) -> None:
    emulator.seed([job("1")])
    result = invoke(emulator.url, f"{APP}/prod", f"{APP}/prdo")
    assert result.exit_code == 0
    assert result.stderr == (
        f"note: {APP}/prdo: no jobs; check spelling and region, as "
        "an unknown app or environment has none either\n"
    )
    filtered = invoke(emulator.url, f"{APP}/prod", "--status", "FAILED")
    assert filtered.stderr == f"note: {APP}/prod: no job matches the options\n"
    assert filtered.stdout == "0 jobs, 0 RUNNING.\n"


def test_a_status_that_nobody_knows_is_a_warning(emulator: Emulator) -> None:
    emulator.seed([job("1", "running")])
    result = invoke(emulator.url, f"{APP}/prod", "--status", "running")
    assert (result.exit_code, shown(result)) == (0, ["1"])
    assert result.stderr == (
        "warning: --status running is not a known value: did you mean RUNNING?\n"
    )


def test_what_was_read_is_shown_beside_a_failure(emulator: Emulator) -> None:
    emulator.seed([job(str(n), environment=f"e{n}") for n in range(3)])
    emulator.fault("denied", times=1)
    result = invoke(emulator.url, *(f"{APP}/e{n}" for n in range(3)))
    assert result.exit_code == 1
    assert len(shown(result)) == 2
    assert result.stderr.startswith(f"error: ListBackendJobs {APP}/e")
    assert result.stderr.count("\n") == 1


def test_failures_alike_are_one_line(emulator: Emulator) -> None:
    emulator.fault("denied")
    names = [f"{APP}/e{n}" for n in range(5)]
    result = invoke(emulator.url, *names)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(
        f"error: 5 environments ({APP}/e0, {APP}/e1, {APP}/e2 and 2 more): access denied; allow "
        "the IAM action amplifybackend:ListBackendJobs"
    )
    assert result.stderr.count("\n") == 1
    document = json.loads(invoke(emulator.url, "--json", *names).stdout)
    assert all("access denied" in each["error"] for each in document["environments"])


def test_the_document(emulator: Emulator) -> None:
    emulator.seed([job("1", error="a\x1b[31mb")])
    before = int(time.time() - int(CREATED) / 1000)
    result = invoke(emulator.url, f"{APP}/prod", "--json")
    assert "\x1b" not in result.stdout
    document: dict[str, Any] = json.loads(result.stdout)
    [found] = document["jobs"]
    assert before <= found.pop("ageSeconds") == found.pop("idleSeconds") <= before + 600
    assert document == {
        "version": 2,
        "environments": [
            {
                "appId": APP,
                "backendEnvironmentName": "prod",
                "target": None,
                "jobs": 1,
                "error": None,
            }
        ],
        "jobs": [{**job("1"), "target": None, "error": "a%1B[31mb"}],
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["prod"], "'prod' is not an environment: write APP/ENVIRONMENT, and"),
        (["a/b/c"], "'a/b/c' is not an environment: write APP/ENVIRONMENT, and"),
        (["a/"], "'a/' is not an environment: write APP/ENVIRONMENT, and"),
        (["../b"], "'../b': the app ID is .., which can't be used in a request's path"),
        (["a/b", "--endpoint", "ftp://h"], "--endpoint: endpoint is not a URL: write http://HOST"),
        (["a/b", "--region", ""], "--region: region is empty: write a value"),
        (["a/b", "--limit", "0"], "0 is not in the range"),
    ],
)
def test_wrong_usage_is_one_line(emulator: Emulator, arguments: list[str], said: str) -> None:
    result = invoke(emulator.url, *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert emulator.requests() == []


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_nothing_is_cut_on_a_terminal(project: Project, emulator: Emulator, columns: int) -> None:
    job_id = "0f3c2a5e-9a0e-4e0b-8f7f-1c2d3e4f5a6b"
    error = "the stack was rolled back, " * 5
    emulator.seed(
        [
            job(job_id, operation="GenerateBackendAPIModels", error=error, environment=name)
            for name in ("prod", "dev")
        ]
    )
    arguments = ["list", f"{APP}/prod", f"{APP}/dev", "--endpoint", emulator.url]
    with terminal(project.path, *arguments, "--region", "eu-west-1", columns=columns) as screen:
        assert screen.finish() == 0
    plain = STYLE.sub("", screen.text).replace("\r", "\n")
    assert max(len(line) for line in plain.splitlines()) <= columns
    assert plain.count(job_id) == 2
    assert plain.count("GenerateBackendAPIModels") == 2
    assert f"{APP}/dev" in plain
    assert "2 jobs in 2 environments, 2 RUNNING." in plain
    assert screen.plain.count("rolled back,") == 10
    assert "Listing" in plain


def test_ctrl_c_ends_at_once(project: Project, emulator: Emulator) -> None:
    emulator.latency = 600
    arguments = ["list", f"{APP}/a", f"{APP}/b", "--endpoint", emulator.url]
    with project.start(*arguments, "--region", "eu-west-1") as process:
        until(lambda: len(emulator.requests()) == 2, "both calls are under way")
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=DEADLINE)
    assert (process.returncode, output) == (1, "")
    assert errors == "error: interrupted; nothing was written\n"


def test_nothing_of_the_bar_is_left_where_there_is_no_terminal(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})
    result = project.run("list")
    assert (result.returncode, result.stderr) == (0, "")
    assert not any(line.endswith(" ") for line in result.stdout.splitlines())
