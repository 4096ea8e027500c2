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


SICK: dict[str, dict[str, Any]] = {
    "team-6-eu-west-1": {"endpoint": "http://127.0.0.1:1"},
    "team-6-us-west-2": {"accountId": "999999999999"},
}
"""Targets that can't be reached, and that lead to a wrong account; two more get faults."""


def test_sick_targets_hold_back_no_other(project: Project, emulator: Emulator) -> None:
    emulator.fault("denied", account_id="6" * 12, region="us-east-1")
    emulator.fault("429", account_id="7" * 12, region="us-west-2", rate=0.3)
    configure(project, **SICK)
    preview = project.pulumi("preview")
    assert preview.code != 0
    bad = [*SICK, "team-6-us-east-1"]
    named = ", ".join(f"stuck@{target}" for target in sorted(bad))
    assert f"3 resources could not be read: {named}; to settle the others" in preview.text
    for target in FLEET.stuck_jobs:
        assert f"stuck@{target}" in preview.text
    assert emulator.requests("UpdateBackendJob") == []
    up = project.pulumi("up", "--yes", "--skip-preview", "--continue-on-error")
    assert up.code != 0
    assert written(emulator.requests("UpdateBackendJob")) == FLEET.stuck_jobs
    details = up.text.split("Diagnostics:")[1]
    for target in bad:
        reasons = [line for line in details.splitlines() if f"error: stuck@{target}: " in line]
        assert len(reasons) == 1, up.text
    assert "internal error" not in up.text
    calls = {
        each.operation
        for each in emulator.requests()
        if (each.account_id, each.region) == ("6" * 12, "us-west-2")
    }
    assert calls == {"GetCallerIdentity"}
    assert "+ 38 created" in up.text  # the stack, and the rule in each of the others
