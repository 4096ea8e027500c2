"""The question before the writes, on a real terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.updates import updated_ids

from ..samples import APP, ENVIRONMENT, job
from .conftest import Project
from .observe import STYLE, terminal


@pytest.fixture
def two(project: Project, emulator: Emulator) -> Project:
    emulator.seed([job("1"), job("2")])
    project.declare(
        {"a": {"jobId": "1", "status": "FAILED"}, "b": {"jobId": "2", "status": "FAILED"}}
    )
    return project


def test_yes_writes(two: Project, emulator: Emulator) -> None:
    with terminal(two.path, "apply") as screen:
        screen.wait_for("Apply these 2 updates? [y/N]: ")
        assert updated_ids(emulator) == []
        screen.type("y\n")
        assert screen.finish() == 0
    assert sorted(updated_ids(emulator)) == ["1", "2"]
    assert "Applied: 2 updated." in screen.text


@pytest.mark.parametrize("answer", ["n\n", "\n", "\x04"])
def test_anything_else_does_not(two: Project, emulator: Emulator, answer: str) -> None:
    with terminal(two.path, "apply") as screen:
        screen.wait_for("[y/N]:")
        screen.type(answer)
        assert screen.finish() == 1
    assert "nothing was written" in screen.text
    assert updated_ids(emulator) == []


def test_a_slip_is_asked_again(two: Project, emulator: Emulator) -> None:
    with terminal(two.path, "apply") as screen:
        screen.wait_for("[y/N]:")
        screen.type("yy\n")
        screen.wait_for("answer y or n")
        screen.type("Yes\n")
        assert screen.finish() == 0
    assert sorted(updated_ids(emulator)) == ["1", "2"]
    assert screen.text.count("Apply these 2 updates?") == 2


def test_what_went_as_planned_is_not_shown_twice(two: Project, emulator: Emulator) -> None:
    with terminal(two.path, "apply") as screen:
        screen.wait_for("[y/N]:")
        emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
        screen.type("y\n")
        assert screen.finish() == 1
    assert screen.text.count(f"{APP}/{ENVIRONMENT}/1") > 1
    assert screen.text.count(f"{APP}/{ENVIRONMENT}/2") == 1


def test_a_job_that_moved_meanwhile_is_refused(two: Project, emulator: Emulator) -> None:
    with terminal(two.path, "apply") as screen:
        screen.wait_for("[y/N]:")
        emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
        screen.type("y\n")
        assert screen.finish() == 1
    assert updated_ids(emulator) == ["2"]
    assert "status went from RUNNING to COMPLETED" in screen.plain
    assert "Applied: 1 updated; 1 failed." in screen.text


def test_a_job_that_became_as_declared_is_no_error(two: Project, emulator: Emulator) -> None:
    with terminal(two.path, "apply") as screen:
        screen.wait_for("[y/N]:")
        emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED")
        screen.type("y\n")
        assert screen.finish() == 0
    assert updated_ids(emulator) == ["2"]
    assert "Applied: 1 updated, 1 as declared." in screen.text


def test_a_job_whose_when_no_longer_holds_is_left_alone(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    project.declare({"a": {"jobId": "1", "status": "FAILED", "when": {"status": "RUNNING"}}})
    with terminal(project.path, "apply") as screen:
        screen.wait_for("Apply this update? [y/N]: ")
        emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
        screen.type("y\n")
        assert screen.finish() == 0
    assert updated_ids(emulator) == []
    assert "Applied: 0 updated, 1 left alone." in screen.text


@pytest.mark.parametrize("columns", [80, 120])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut(
    project: Project, emulator: Emulator, columns: int
) -> None:
    job_id = "0f3c2a5e-9a0e-4e0b-8f7f-1c2d3e4f5a6b"
    emulator.seed([job(job_id)])
    wanted = {"jobId": job_id, "operation": "GenerateBackendAPIModels", "status": "COMPLETED"}
    project.declare({"regenerate-the-models-of-production": wanted})
    with terminal(project.path, "plan", columns=columns) as screen:
        assert screen.finish() == 2
    plain = STYLE.sub("", screen.text).replace("\r", "\n")
    assert max(len(line) for line in plain.splitlines()) <= columns
    assert f"{APP}/{ENVIRONMENT}/{job_id}" in plain
    assert "RUNNING → COMPLETED" in plain
    assert "GenerateBackendAPIModels" in plain
    assert "…" not in plain.replace("Reading 1 job…", "")
    assert "\x1b[" in screen.text


def test_no_colour_where_it_is_not_wanted(two: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with terminal(two.path, "plan") as screen:
        assert screen.finish() == 2
    assert "m" not in {style[-1] for style in STYLE.findall(screen.text)}


def test_with_json_the_question_is_not_on_stdout(two: Project, tmp_path: Path) -> None:
    with (
        (tmp_path / "out.json").open("wb") as output,
        terminal(two.path, "apply", "--json", stdout=output) as screen,
    ):
        screen.wait_for("[y/N]:")
        screen.type("y\n")
        assert screen.finish() == 0
    document = json.loads((tmp_path / "out.json").read_text())
    assert document["summary"]["updated"] == 2
