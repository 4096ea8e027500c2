"""`wait` under a rule: some jobs at once, few calls, and an end that is told."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Result
from tests.samples import APP, ENVIRONMENT, job
from tests.waiting import DEADLINE, until

from .ruled import RULE, Ruled, settled
from .stack import problem_of, updates

CLONED = {"operation": "CloneBackend"}
WAITING: dict[str, Any] = {**RULE, "set": CLONED, "wait": {"timeout": "25s"}}


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def looks(emulator: Emulator, after: int) -> list[str]:
    """Return the reads that came after so many updates, in order."""
    operations = [str(request.operation) for request in emulator.requests()]
    last = [n for n, name in enumerate(operations) if name == "UpdateBackendJob"][after - 1]
    return operations[last + 1 :]


def test_a_job_that_fails_against_the_rule_fails_it_with_its_own_error_and_keeps_its_state(
    ruled: Ruled, emulator: Emulator, background: ThreadPoolExecutor, frames: bool
) -> None:
    emulator.seed([job("1"), job("2")])
    host = ruled(stuck=WAITING)
    run = background.submit(problem_of, host.up)
    until(lambda: len(updates(emulator)) == 2)
    emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED", error="quota\nexceeded")
    emulator.set_job(APP, ENVIRONMENT, "2", status="COMPLETED")
    problem = run.result(DEADLINE)
    assert problem.resource == "stuck"
    assert problem.message == (
        "stuck: 1 of 2 jobs not settled yet, the next run takes those that still match: "
        f"stuck ({APP}/{ENVIRONMENT}/1) was updated, but the job ended as FAILED, not COMPLETED: "
        "quota exceeded"
    )
    both = {f"{APP}/{ENVIRONMENT}/1", f"{APP}/{ENVIRONMENT}/2"}
    assert set(settled(host)) == (both if frames else set())
    host.up()
    assert host.up().changes == {}
    assert updates(emulator) == [CLONED, CLONED]


def test_a_timeout_fails_the_rule_and_says_how_the_job_still_is(
    ruled: Ruled, emulator: Emulator, frames: bool
) -> None:
    emulator.seed([job("1")])
    host = ruled(stuck={**WAITING, "wait": {"timeout": "1s"}})
    problem = problem_of(host.up)
    assert "was updated, but it is still RUNNING after 1s" in problem.message
    assert settled(host) == ([f"{APP}/{ENVIRONMENT}/1"] if frames else [])


def test_waits_of_one_environment_look_at_its_list(
    ruled: Ruled, emulator: Emulator, background: ThreadPoolExecutor
) -> None:
    emulator.seed([job(f"j{number}") for number in range(20)])
    host = ruled(stuck=WAITING)
    run = background.submit(host.up)
    until(lambda: len(updates(emulator)) == 20)
    until(lambda: "ListBackendJobs" in looks(emulator, 20))
    for number in range(20):
        emulator.set_job(APP, ENVIRONMENT, f"j{number}", status="COMPLETED")
    result: Result = run.result(DEADLINE)
    assert result.changes == {"stuck": "create"}
    assert len(settled(host)) == 20
    made = looks(emulator, 20)
    assert made.count("ListBackendJobs") <= 6  # not 20 for each look
    assert made.count("GetBackendJob") <= 20
