"""This machine's clock against the service's Date header, over real HTTP; and times in doubt."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.emulator import Emulator
from tests.samples import APP, ENVIRONMENT, job
from tests.updates import written

from .conftest import Project
from .test_rules import RULE

AHEAD = "this machine's clock is {} ahead of the service's"


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Callable[[float], tuple[Emulator, Project]]]:
    """Starts an emulator whose clock is so many seconds behind this machine's, with a project."""
    emulators: list[Emulator] = []

    def start(seconds: float) -> tuple[Emulator, Project]:
        emulator = Emulator(clock=lambda: time.time() - seconds)
        emulators.append(emulator)
        (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
        emulator.seed([job("1")])
        return emulator, Project(tmp_path, emulator.url)

    yield start
    for emulator in emulators:
        emulator.stop()


def test_more_than_a_minute_is_a_warning(
    behind: Callable[[float], tuple[Emulator, Project]],
) -> None:
    emulator, project = behind(120.5)
    project.declare({}, rules={"stuck": RULE})
    result = project.invoke("apply", "--yes", "--json")
    assert result.exit_code == 0, result.output
    assert f"warning: {AHEAD.format('2m')}" not in result.stderr  # a whole second may be on the way
    assert "warning: stuck: this machine's clock is " in result.stderr
    assert any("clock is" in line for line in json.loads(result.stdout)["warnings"])
    assert written(emulator) == {"1"}


@pytest.mark.parametrize("seconds", [7200.5, -7200.5])
def test_more_than_five_minutes_are_an_error_of_rules_that_go_by_age(
    behind: Callable[[float], tuple[Emulator, Project]], seconds: float
) -> None:
    emulator, project = behind(seconds)
    by_status = {**RULE, "match": {"status": "FAILED"}, "set": {"status": "COMPLETED"}}
    project.declare({}, rules={"stuck": RULE, "failed": by_status})
    result = project.invoke("apply", "--yes")
    assert result.exit_code == 1
    assert "error: stuck: this machine's clock is " in result.stderr
    assert "no age can be trusted and nothing is written" in result.stderr
    assert "error: failed" not in result.stderr
    assert written(emulator) == set()
    watched = project.invoke("watch", f"{APP}/{ENVIRONMENT}", "--stack", "dev", "--timeout", "5s")
    assert watched.exit_code == 1
    assert "no age can be trusted" in watched.stderr
    given = ["discover", "--rules", "--endpoint", emulator.url, "--region", "eu-west-1"]
    found = CliRunner().invoke(cli, given)
    assert (found.exit_code, found.stdout) == (1, "")
    assert "no age can be trusted" in found.stderr


def test_a_list_says_that_ages_are_wrong(
    behind: Callable[[float], tuple[Emulator, Project]],
) -> None:
    emulator, _ = behind(3600.5)
    given = ["list", f"{APP}/{ENVIRONMENT}", "--endpoint", emulator.url, "--region", "eu-west-1"]
    result = CliRunner().invoke(cli, [*given, "--json"])
    assert result.exit_code == 0
    [warning] = json.loads(result.stdout)["warnings"]
    assert "ahead of the service's, so jobs look that much older than they are" in warning


def test_the_latest_job_is_found_by_the_services_clock(
    behind: Callable[[float], tuple[Emulator, Project]],
) -> None:
    emulator, project = behind(-3600.0)
    young = str(int((time.time() + 3500) * 1000))
    emulator.seed([{**job("2"), "createTime": young}])
    project.declare({"newest": {"jobId": {"latest": {}}, "status": "FAILED"}})
    document = json.loads(project.invoke("plan", "--json").stdout)
    assert [each["jobId"] for each in document["jobs"]] == ["2"]


DOUBTFUL = ["", "0", "1", "1795540000", "9999999999999", "soon"]


def seed(emulator: Emulator, created: str) -> None:
    emulator.seed([{**job("1"), "createTime": created, "updateTime": created}])


@pytest.mark.parametrize("created", DOUBTFUL)
def test_a_time_in_doubt_is_never_a_match_anywhere(
    project: Project, emulator: Emulator, created: str
) -> None:
    seed(emulator, created)
    project.declare({}, rules={"stuck": RULE})
    document = json.loads(project.invoke("plan", "--json").stdout)
    assert document["jobs"] == []
    [warning] = document["warnings"]
    assert f"stuck: {APP}/{ENVIRONMENT}/1 would match, but its createTime is " in warning
    given = ["--endpoint", emulator.url, "--region", "eu-west-1"]
    found = CliRunner().invoke(cli, ["discover", "--rules", *given])
    assert f"warning: {APP}/{ENVIRONMENT}/1 is left out: its createTime is " in found.stderr
    assert "#   nothing" in found.stdout


@pytest.mark.parametrize("created", DOUBTFUL[1:])
def test_a_list_shows_no_age_that_is_in_doubt(
    project: Project, emulator: Emulator, created: str
) -> None:
    seed(emulator, created)
    result = project.invoke(
        "list", f"{APP}/{ENVIRONMENT}", "--endpoint", emulator.url, "--region", "eu-west-1"
    )
    assert "now ago" not in result.stdout
    assert " ? " in result.stdout + " "
    assert f"warning: {APP}/{ENVIRONMENT}/1: createTime is " in result.stderr


@pytest.mark.parametrize("created", DOUBTFUL)
def test_the_latest_job_is_none_that_is_in_doubt(
    project: Project, emulator: Emulator, created: str
) -> None:
    seed(emulator, created)
    emulator.seed([job("2")])
    project.declare({"newest": {"jobId": {"latest": {}}, "status": "FAILED"}})
    document = json.loads(project.invoke("plan", "--json").stdout)
    assert [each["jobId"] for each in document["jobs"]] == ["2"]
    [warning] = document["warnings"]
    assert f"newest: {APP}/{ENVIRONMENT}/1 can't be the latest: its createTime is " in warning
