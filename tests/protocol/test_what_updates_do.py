"""Whatever the service makes of updates: five runs in a row, no false success, nothing unsaid."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host
from tests.updates import updates

from ..samples import APP, ENVIRONMENT, job
from .ruled import RULE, Ruled
from .stack import problem_of

JOB = {"appId": APP, "backendEnvironmentName": ENVIRONMENT, "jobId": "1", "status": "FAILED"}
KINDS: dict[str, dict[str, Any]] = {
    "job": {"jobs": {"push": JOB}},
    "waiting job": {"jobs": {"push": {**JOB, "wait": {"timeout": "1s"}}}},
    "rule": {"push": RULE},
}
RUNS = 5


@pytest.fixture(params=KINDS)
def stuck(request: pytest.FixtureRequest, ruled: Ruled, emulator: Emulator) -> Host:
    """A stack that is to set a job which runs, by its name or by a rule."""
    emulator.seed([job("1")])
    return ruled(**KINDS[request.param])


def test_ignored_each_run_fails_and_says_so(stuck: Host, emulator: Emulator) -> None:
    emulator.updates = "ignore"
    for number in range(1, RUNS + 1):
        problem = problem_of(stuck.up)
        assert problem.resource == "push"
        assert "RUNNING" in problem.message
        assert len(updates(emulator)) == number
    preview = stuck.preview()
    assert preview.changes == {"push": "update"}
    (warning,) = preview.warnings
    assert re.search(" was updated .* and still (shows status RUNNING|matches)$", warning)


def test_refused_each_run_fails_and_nothing_is_recorded_as_done(
    stuck: Host, emulator: Emulator
) -> None:
    emulator.updates = "refuse"
    for _ in range(RUNS):
        assert "the service refuses the request" in problem_of(stuck.up).message
    assert not any(each.outputs.get("settled") for each in stuck.resources.values())
    assert "push" in stuck.preview().changes


def test_set_back_each_preview_says_so_and_each_run_writes_once(
    stuck: Host, emulator: Emulator
) -> None:
    emulator.updates = "revert"
    for number in range(1, RUNS + 1):
        assert stuck.up().changes == {"push": "create" if number == 1 else "update"}
        assert len(updates(emulator)) == number
        emulator.advance("10s")
        if number in (1, RUNS):
            (warning,) = stuck.preview().warnings
            assert "and came back" in warning
