"""Forty targets in eight accounts and five regions, under the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.fleet import RULE, STUCK, Fleet, written

FLEET = Fleet(stuck=STUCK)


@pytest.fixture
def project(tmp_path: Path, emulator: Emulator) -> Project:
    """A project whose targets are all found in the emulator."""
    FLEET.seed(emulator)
    project = Project.create(tmp_path, emulator.url, AWS_ENDPOINT_URL=emulator.url)
    configure(project)
    return project


def configure(project: Project, **changes: dict[str, Any]) -> None:
    """Declare the rule over all targets; `changes` are by target."""
    nothing = dict.fromkeys(("endpoint", "defaults"))
    project.configure({}, **nothing, targets=FLEET.targets(**changes), rules={"stuck": RULE})


def test_one_up_settles_what_hangs_anywhere_each_in_its_account_and_region(
    project: Project, emulator: Emulator
) -> None:
    preview = project.preview()
    for target, jobs in FLEET.stuck_jobs.items():
        assert f"stuck@{target}" in preview.text
        assert all(f'"{job}"' in preview.text or job in preview.text for job in jobs)
    assert emulator.requests("UpdateBackendJob") == []
    project.up()
    updates = emulator.requests("UpdateBackendJob")
    assert written(updates) == FLEET.stuck_jobs
    assert {each.role_session_name for each in updates} != {None}
    project.up()
    assert len(emulator.requests("UpdateBackendJob")) == len(updates) == 20
