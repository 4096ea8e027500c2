"""`report`: what it reads, what it writes, what it exits with."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.disk import MOST_INPUT_VALUES
from pulumi_amplify_jobs.emulator import Emulator

from ..samples import APP, ENVIRONMENT, job
from .conftest import COMMAND, Project

PREVIEWS = Path(__file__).parents[1] / "report/previews"
SCHEMA = Path(__file__).parents[2] / "schemas/report.schema.json"


def report(*arguments: str, text: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["report", *arguments], input=text)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("at-rest.json", 0),
        ("first.json", 2),
        ("drift.jsonl", 2),
        ("missing.json", 1),
        ("wrong-config.json", 1),
    ],
)
def test_exit_codes_part_nothing_to_do_changes_and_errors(name: str, code: int) -> None:
    result = report(str(PREVIEWS / name))
    assert (result.exit_code, result.stderr) == (code, "")
    assert result.stdout.startswith("**")


def test_a_pipe_and_a_file_are_the_same() -> None:
    text = (PREVIEWS / "first.json").read_bytes()
    piped = subprocess.run(
        [*COMMAND, "report"], input=text, capture_output=True, check=False, timeout=240
    )
    named = report(str(PREVIEWS / "first.json"))
    assert (piped.returncode, piped.stdout.decode()) == (2, named.stdout)
    assert report("-", text=text).stdout == named.stdout


def test_what_powershell_writes_is_read() -> None:
    text = (PREVIEWS / "first.json").read_text().encode("utf-16")
    assert report(text=text).exit_code == 2


def test_a_preview_of_more_values_than_any_has_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "preview.json"
    path.write_text(json.dumps({"steps": [{}]}).replace("{}]", "{}," * MOST_INPUT_VALUES + "{}]"))
    result = report(str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    said = "has more than 4,000,000 values: use a smaller one"
    assert result.stderr == f"error: {path} {said}\n"


def test_a_file_is_written(tmp_path: Path) -> None:
    result = report("-o", str(tmp_path / "report.md"), str(PREVIEWS / "first.json"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert (tmp_path / "report.md").read_text().startswith("**3 jobs change")


@pytest.mark.parametrize("name", [each.name for each in PREVIEWS.glob("*.json*")])
def test_json_is_as_its_schema_says(name: str) -> None:
    result = report("--format", "json", str(PREVIEWS / name))
    document = json.loads(result.stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    assert document["pending"] or result.exit_code != 2
    assert "77" not in json.dumps(document) or name != "secret.json"


def test_json_says_what_changes() -> None:
    document = json.loads(report("-f", "json", str(PREVIEWS / "drift.json")).stdout)
    assert document["summary"] == "2 jobs change, 2 left alone"
    assert document["counts"]["update"] == 2
    assert document["jobs"][0] == {
        "name": "a",
        "byRule": False,
        "appId": APP,
        "backendEnvironmentName": ENVIRONMENT,
        "jobId": "1",
        "target": None,
        "action": "update",
        "operation": {"live": "UpdateBackendAPI", "wanted": None},
        "status": {"live": "RUNNING", "wanted": "FAILED"},
        "created": "2025-11-24T00:00:00Z",
        "updated": "2026-11-26T00:53:59Z",
        "doubts": [],
        "stuck": True,
        "reason": "drifted",
    }


def test_a_plan_without_an_engine_is_reported(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2", "COMPLETED"), job("3", "COMPLETED"), job("r")])
    rule: dict[str, Any] = {
        "apps": ["*"],
        "environments": ["*"],
        "match": {"status": "RUNNING"},
        "set": {"status": "FAILED"},
        "limit": 5,
    }
    declared: dict[str, dict[str, Any]] = {
        "stuck": {"jobId": "1", "status": "FAILED"},
        "fine": {"jobId": "2", "status": "COMPLETED"},
        "left": {"jobId": "3", "status": "FAILED", "when": {"status": "RUNNING"}},
        "gone": {"jobId": "4", "status": "FAILED"},
    }
    project.declare(declared, rules={"hanging": rule})
    plan = project.invoke("plan", "--json")
    result = report(text=plan.stdout)
    assert result.exit_code == plan.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "**2 jobs change, 1 left alone, 1 error** in stack `dev`"
    assert lines[4].startswith(f"| `stuck` | `{APP}/prod/1` | `UpdateBackendAPI` | `RUNNING` → **")
    assert lines[5].startswith(f"| `hanging` | `{APP}/prod/r` |")
    assert lines[5].endswith("| matched by the rule |")
    assert any(line.startswith("- `left` ") and "when: status is" in line for line in lines)
    assert any(line.startswith("- `gone` ") and "no such job" in line for line in lines)
    project.declare({"stuck": declared["stuck"]}, rules={"hanging": {**rule, "limit": 1}})
    emulator.seed([job("s")])
    over = report(text=project.invoke("plan", "--json").stdout)
    assert over.exit_code == 1
    assert "more than the limit of 1" in over.stdout


def test_a_summary_has_more_room_than_a_comment() -> None:
    job_ = {"name": "x" * 100, "action": "update", "changes": [{"field": "status", "to": "FAILED"}]}
    key = {"appId": "d2", "backendEnvironmentName": "prod", "jobId": "7"}
    plan = {"version": 2, "stack": "s", "summary": {}, "jobs": [{**job_, **key}] * 1000}
    text = json.dumps(plan)
    assert len(report(text=text).stdout.encode()) <= 65_536
    assert report("--fit", "summary", text=text).stdout.count("x" * 100) == 1000


def test_a_refused_plan_is_explained_and_exits_with_1() -> None:
    result = report("--plan-errors", str(PREVIEWS / "refused.txt"))
    assert result.exit_code == 1
    assert "status went from RUNNING to COMPLETED" in result.stdout
    refused = report("--plan-errors", "--format", "json", str(PREVIEWS / "refused.txt"))
    assert "--plan-errors is Markdown only, not json" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        ([], "", "standard input is empty: the preview failed before it wrote anything"),
        ([], b"\xff\xff\xff", "standard input is not UTF-8 text (byte 0)"),
        (["nowhere.json"], None, "nowhere.json can't be read: No such file or directory"),
        (["-o", "no/such/folder", str(PREVIEWS / "first.json")], None, "no/such/folder: No such"),
    ],
)
def test_errors_are_one_line(arguments: list[str], text: str | bytes | None, message: str) -> None:
    result = report(*arguments, text=text)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"error: {message}")
    assert result.stderr.count("\n") == 1
