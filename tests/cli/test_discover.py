"""discover writes config that declares what is there, and that nothing has to be done about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.cli.discover.config import (
    Discovery,
    include_file,
    limit_for,
    names_of,
    scalar,
    stack_file,
    unusable,
)
from pulumi_amplify_jobs.cli.entry_point import cli
from pulumi_amplify_jobs.cli.errors import CommandError
from pulumi_amplify_jobs.domain.jobs import ObservedJob
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.emulator import Emulator
from tests.samples import APP, job

from .conftest import Project
from .observe import terminal

NOW = 1763942400.0
HOSTILE = [
    "a: b",
    "#c",
    "yes",
    "0012",
    "1e3",
    "\u202etxt",
    "x\n- y",
    "☃",
    "'\"",
    "~",
    "null",
    "*a",
    "==",
]


def discover(emulator: Emulator, *arguments: str) -> Result:
    line = ["discover", "--region", "eu-west-1", "--endpoint", emulator.url, *arguments]
    return CliRunner().invoke(cli, line)


def seed(emulator: Emulator) -> None:
    emulator.seed(
        [
            job("2", app="d2", environment="dev"),
            job("1", app="d2", environment="prod", status="FAILED"),
            job("7", app="d1", operation="CreateBackend"),
        ]
    )


def test_what_is_written_needs_no_call_that_changes_a_job(
    project: Project, emulator: Emulator
) -> None:
    seed(emulator)
    found = discover(emulator)
    assert found.exit_code == 0
    project.stack_file.write_text(found.stdout)
    planned = project.invoke("plan", "--json")
    assert planned.exit_code == 0, planned.stderr
    assert json.loads(planned.stdout)["summary"]["nothing"] == 3


def test_the_order_is_stable_and_a_comment_says_since_when(emulator: Emulator) -> None:
    seed(emulator)
    lines = discover(emulator).stdout.splitlines()
    names = [line.strip() for line in lines if ": # " in line]
    assert [name.split(":")[0] for name in names] == ["d1-prod-7", "d2-dev-2", "d2-prod-1"]
    assert names[0].startswith("d1-prod-7: # RUNNING, created 2025-11-24T00:00:00Z (")


def test_filters_and_apps(emulator: Emulator) -> None:
    seed(emulator)
    arguments = ("d2", "--status", "RUNNING", "--environment", "dev", "--older-than", "6h")
    document = json.loads(discover(emulator, *arguments, "--json").stdout)
    assert [each["jobId"] for each in document["jobs"]] == ["2"]
    assert document["apps"] == 1
    young = discover(emulator, "--older-than", "87600h", "--json").stdout
    assert json.loads(young)["jobs"] == []


def test_an_included_file_is_one(project: Project, emulator: Emulator) -> None:
    seed(emulator)
    output = project.path / "found.yaml"
    assert discover(emulator, "--include", "-o", str(output)).exit_code == 0
    project.declare({}, include=["found.yaml"])
    assert project.invoke("validate").exit_code == 0
    assert project.invoke("plan").exit_code == 0


def test_a_file_that_is_there_is_kept(tmp_path: Path, emulator: Emulator) -> None:
    seed(emulator)
    output = tmp_path / "Pulumi.dev.yaml"
    output.write_text("mine")
    refused = discover(emulator, "-o", str(output))
    assert refused.exit_code == 1
    assert "already exists: name another file, or use --force" in refused.stderr
    assert output.read_text() == "mine"
    assert discover(emulator, "-o", str(output), "--force").exit_code == 0
    assert "amplify-jobs:jobs" in output.read_text()


def test_a_proposed_rule_claims_what_hangs(project: Project, emulator: Emulator) -> None:
    seed(emulator)
    found = discover(emulator, "--rules")
    assert "#   d1/prod/7: RUNNING" in found.stdout
    project.stack_file.write_text(found.stdout)
    planned = project.invoke("plan", "--json")
    assert planned.exit_code == 2, planned.stderr
    [rule] = json.loads(planned.stdout)["rules"]
    assert (rule["name"], rule["matches"], rule["error"]) == ("no-stuck-jobs", 2, None)


@pytest.mark.parametrize("operation", ["ListBackendEnvironments", "ListBackendJobs"])
def test_a_failure_hides_nothing_else_and_stands_in_the_file(
    emulator: Emulator, operation: str
) -> None:
    seed(emulator)
    emulator.fault("denied", operation=operation, times=1)
    found = discover(emulator)
    assert found.exit_code == 1
    assert "error: " in found.stderr
    assert "# Missing, because it could not be read: " in found.stdout
    assert ": # RUNNING" in found.stdout


def test_on_a_terminal_a_bar_runs_over_the_apps_and_goes(
    project: Project, emulator: Emulator
) -> None:
    seed(emulator)
    arguments = ("--region", "eu-west-1", "--endpoint", emulator.url, "-o", "found.yaml")
    with terminal(project.path, "discover", *arguments) as screen:
        assert screen.finish() == 0
    assert "Finding environments" in screen.plain
    assert "2/2" in screen.plain
    assert screen.plain.endswith("note: wrote found.yaml")
    assert "Finding environments" not in (project.path / "found.yaml").read_text()


@pytest.mark.parametrize("app_id", ["dgone", "app"])
def test_an_app_that_is_gone_is_told(emulator: Emulator, app_id: str) -> None:
    gone = discover(emulator, app_id)
    assert gone.exit_code == 1
    line = f"error: {app_id}: the service has no such app: check its ID and the region"
    assert line in gone.stderr


def test_a_failed_call_names_its_place_once(emulator: Emulator) -> None:
    seed(emulator)
    emulator.fault("denied", operation="ListBackendEnvironments", times=1)
    [line] = discover(emulator, APP).stderr.splitlines()
    assert line.startswith(f"error: ListBackendEnvironments {APP}: ")


def test_throttling_is_ridden_out(emulator: Emulator) -> None:
    seed(emulator)
    emulator.fault("429", operation="ListApps", times=1)
    assert discover(emulator).exit_code == 0


def test_too_much_for_stack_config_is_a_warning(emulator: Emulator) -> None:
    emulator.seed([job(f"j{number}") for number in range(1000)])
    found = discover(emulator)
    assert "KiB is too much for stack config: use --include" in found.stderr
    assert discover(emulator, "--include").stderr == ""


@given(text=st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=40)))
def test_text_comes_back_from_yaml_as_it_was(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return  # half of a surrogate pair is no text that a service can send
    assert yaml.safe_load(f"key: {scalar(text)}") == {"key": text}


parts = st.text("ab-/ .:#", min_size=1, max_size=6)


@given(st.lists(st.builds(JobKey, parts, parts, parts), unique=True, max_size=20))
def test_each_job_has_a_name_of_its_own(keys: list[JobKey]) -> None:
    names = names_of([ObservedJob(key) for key in keys])
    assert len(set(names.values())) == len(keys)


def test_hostile_text_stays_text() -> None:
    jobs = tuple(
        ObservedJob(JobKey("d1", "prod", text), text, "RUNNING", text)
        for text in HOSTILE
        if unusable(ObservedJob(JobKey("d1", "prod", text), "x")) is None
    )
    found = Discovery(jobs, NOW, {"d\n9": CommandError("no\naccess")})
    read: dict[str, Any] = yaml.safe_load(stack_file(found))
    declared = read["config"]["amplify-jobs:jobs"].values()
    assert {each["jobId"] for each in declared} == {each.key.job_id for each in jobs}
    assert yaml.safe_load(include_file(found))["jobs"] == read["config"]["amplify-jobs:jobs"]


def test_what_cant_be_declared_is_left_out_with_a_reason() -> None:
    assert unusable(ObservedJob(JobKey("d1", "prod", "a\nb"), "x")) is not None
    assert unusable(ObservedJob(JobKey("d1", "prod", "1"))) is not None
    assert unusable(ObservedJob(JobKey(APP, "prod", "1"), None, "RUNNING")) is None


def test_control_characters_are_never_declared(project: Project, emulator: Emulator) -> None:
    emulator.seed(
        [
            job("1", app="d1", status="\x1b[31mred"),
            job("2", app="d1", status="a\nb", operation="\u2028"),
        ]
    )
    found = discover(emulator)
    assert found.exit_code == 0
    declared = yaml.safe_load(found.stdout)["config"]["amplify-jobs:jobs"]
    [only] = declared.values()
    assert {name: only.get(name) for name in ("jobId", "operation", "status")} == {
        "jobId": "1",
        "operation": "UpdateBackendAPI",
        "status": None,
    }
    assert found.stderr.splitlines() == [
        "warning: d1/prod/2 is left out: it has neither an operation nor a status to declare",
        "warning: d1/prod/1: its status is left out, as it has %1B, which stands for what "
        "can't be shown of a live job: leave it out",
    ]


def test_what_a_control_character_is_shown_as_is_refused(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1", status="a\nb")])
    project.declare({"a": {"jobId": "1", "status": "a%0Ab"}})
    planned = project.invoke("plan")
    assert planned.exit_code == 1
    assert "status has %0A, which stands for what can't be shown of a live job" in planned.stderr
    project.declare({"a": {"jobId": "1", "status": "FAILED", "when": {"status": "a%0Ab"}}})
    assert project.invoke("plan").exit_code == 2


def test_a_limit_leaves_room() -> None:
    assert [limit_for(number) for number in (0, 3, 37, 5000)] == [5, 10, 100, 1000]
