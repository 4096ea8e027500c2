"""Names and clocks of rules under a real engine."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import APP, job
from tests.updates import written

from .test_rules import RULE

BY_STATUS: dict[str, Any] = {**RULE, "match": {"status": "RUNNING"}}


def test_names_that_fit_nothing_are_warnings_in_preview_and_up(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    vain = {**BY_STATUS, "apps": [APP, "x*"], "environments": ["prod", "Prod"]}
    project.configure({}, rules={"stuck": {**vain, "except": [f"{APP}/prod/nope"]}})
    for text in (project.preview().text, project.up().text, project.up().text):
        assert "apps: x* matches no app: correct it" in text
        assert "environments: Prod matches no environment: " in text
        assert "did you mean prod?" in text
        assert f"except: {APP}/prod/nope matches no job: correct it" in text
        assert "Traceback" not in text
    assert written(emulator) == {"1"}


def test_patterns_name_exactly_what_a_reviewed_plan_then_settles(
    project: Project, emulator: Emulator
) -> None:
    wanted = {"a1", "a?"}
    spared = [job("b1"), job("b2"), job("a*")]
    elsewhere = [job("c1", environment="dev"), job("c2", app="other", environment="prod")]
    emulator.seed([*map(job, sorted(wanted)), *spared, *elsewhere])
    rule = {**BY_STATUS, "apps": [f"{APP[:2]}*"], "environments": ["pr?d"]}
    exceptions = ["*/pro*/b?", f"{APP}/prod/a%2A"]
    project.configure({}, rules={"stuck": {**rule, "except": exceptions}})
    preview = project.preview("--save-plan", "plan.json").text
    named = set(re.findall(r"^\s+(\S+/\S+/\S+?)\s*: \{$", preview, re.MULTILINE))
    assert named == {f"{APP}/prod/a1", f"{APP}/prod/a%3F"}
    assert "matches no" not in preview
    project.up("--plan", "plan.json")
    assert written(emulator) == wanted
    emulator.clear_requests()
    assert "2 unchanged" in project.up().text
    assert written(emulator) == set()


@pytest.fixture
def hours_behind() -> Iterator[Emulator]:
    """An emulator whose clock, so whose Date header, is two hours behind this machine's."""
    emulator = Emulator(clock=lambda: time.time() - 7200.5)
    yield emulator
    emulator.stop()


def test_a_wrong_clock_fails_a_rule_that_goes_by_age_in_one_line(
    hours_behind: Emulator, tmp_path: Path
) -> None:
    hours_behind.seed([job("1")])
    project = Project.create(tmp_path, hours_behind.url)
    project.configure({}, rules={"stuck": RULE})
    for text in (project.preview(expect=None).text, project.up(expect=None).text):
        lines = [line for line in text.splitlines() if "no age can be trusted" in line]
        assert lines
        assert all("this machine's clock is " in line for line in lines)
        assert "Traceback" not in text
    assert written(hours_behind) == set()
    project.configure({}, rules={"stuck": BY_STATUS})
    project.up()
    assert written(hours_behind) == {"1"}
