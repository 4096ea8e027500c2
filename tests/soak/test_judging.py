"""What the soak sees: runs that do wrong, or say what is not so, are none that held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import httpx
import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing.resources import Snapshot
from soak.engine import said_in
from soak.hosted import HostedStack
from soak.row import Setting
from soak.rows import foreign_writes, pairs, what_updates_do
from soak.stacks import STUCK, WANTED, Ran, Stack
from tests.samples import APP

NAMES = {"job-0", "job-1"}


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(tmp_path, Random(7))


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Emulator() as emulator:
        yield Stack(tmp_path, emulator, 2)


def write(stack: Stack, name: str) -> None:
    environment, job_id = stack.keys[name]
    url = f"{stack.emulator.url}/backend/{APP}/job/{environment}/{job_id}"
    httpx.post(url, json={"status": WANTED}, trust_env=False).raise_for_status()


def test_a_job_is_lost_that_was_confirmed_and_shows_something_else(stack: Stack) -> None:
    write(stack, "job-0")
    assert stack.judged("apply").lost_writes == 0
    stack.emulator.set_job(APP, *stack.keys["job-0"], status=STUCK)
    assert stack.judged("apply").lost_writes == 1


def test_a_job_is_not_lost_that_the_service_never_confirmed(stack: Stack) -> None:
    stack.emulator.updates = "ignore"
    write(stack, "job-0")
    assert stack.judged("apply").lost_writes == 0


def test_a_success_is_false_whichever_run_it_is_of(stack: Stack) -> None:
    runs = [Ran(0, ""), Ran(1, "another run has locked the stack")]
    assert stack.judged("apply", *runs).false_successes == 1
    stack.common = {"when": {"status": "COMPLETED"}}
    assert stack.judged("apply", *runs).false_successes == 0


def test_a_name_that_stands_anywhere_says_nothing(stack: Stack) -> None:
    ran = Ran(1, "job-0: updated, job-10: failed", said={"job-10": "no answer"})
    assert len(stack.unsaid(ran)) == 2
    assert stack.unsaid(replace(ran, said=dict.fromkeys(NAMES, "no answer"))) == []


def test_apply_says_why_each_job_is_left_and_nothing_of_the_others(stack: Stack) -> None:
    stack.emulator.fault("denied", operation="UpdateBackendJob", job_id="j1")
    ran = stack.bring()
    assert (ran.done, ran.changed) == ({"job-0"}, {"job-0"})
    assert [*ran.said] == ["job-1"]
    assert "UpdateBackendJob" in ran.said["job-1"]


OUTPUT = """Updating (dev):
 ~  pulumi-python:dynamic/amplify:BackendJob job-1 refresh (0.25s)
 ~  pulumi-python:dynamic/amplify:BackendJob job-2 refresh (0.25s) [diff: ~status]
    pulumi-python:dynamic/amplify:BackendJob job-1
 ~  pulumi-python:dynamic/amplify:BackendJob job-10 updating (0s) [diff: ~status]; error: denied
 ~  pulumi-python:dynamic/amplify:BackendJob job-10 **updating failed** [diff: ~status]; error
 +  pulumi-python:dynamic/amplify:BackendJob job-3 created (0.01s)
Diagnostics:
  pulumi-python:dynamic/amplify:BackendJob (job-10):
    warning: it came back
    error: 1 error occurred:
      * denied

  pulumi:pulumi:Stack (amplify-jobs-dev):
    error: update failed

Outputs:
    statuses: {
        job-1: "FAILED"
    }
"""


def test_what_the_engine_says_of_jobs_is_not_its_progress() -> None:
    changed, said = said_in(OUTPUT)
    assert changed == {"job-2", "job-3", "job-10"}
    assert [*said] == ["job-10"]
    assert all(words in said["job-10"] for words in ("came back", "denied"))


def test_a_drift_that_only_a_refresh_reports_is_seen(setting: Setting) -> None:
    with Emulator() as emulator, HostedStack(setting.folder, emulator, 2) as stack:
        assert stack.bring().changed == NAMES
        assert stack.refreshed().changed == set()
        emulator.set_job(APP, *stack.keys["job-1"], status="COMPLETED")
        assert stack.refreshed().changed == {"job-1"}


@dataclass
class Idle(Stack):
    """Its first two runs do nothing, and say that all is well."""

    begun: int = 0

    def bring(self, *options: str, **environs: str) -> Ran:
        self.begun += 1
        return Ran(0, "") if self.begun < 3 else super().bring(*options, **environs)


def test_pairs_see_two_runs_that_are_both_wrong(setting: Setting) -> None:
    found = next(pairs.trials(setting, Idle, pairs=1))
    assert (found.false_successes, found.faults) == (2, 0)


class Boastful(Stack):
    """It says of every job that it was updated."""

    def bring(self, *options: str, **environs: str) -> Ran:
        return replace(super().bring(*options, **environs), code=0, done={*self.keys}, said={})


def test_foreign_writes_see_a_run_that_says_too_much(setting: Setting) -> None:
    found = next(foreign_writes.trials(setting, Boastful, rounds=1))
    assert (found.lost_writes, found.false_successes) == (5, 1)
    assert sum("is not said to have moved" in each for each in found.broken) == 5


class Forgetful(HostedStack):
    """Its state is lost between runs, and with it what earlier ones wrote."""

    def bring(self, *options: str, **environs: str) -> Ran:
        self.host.snapshot = Snapshot()
        return super().bring(*options, **environs)


def test_what_updates_do_sees_a_run_that_does_not_know_of_earlier_ones(setting: Setting) -> None:
    found = next(what_updates_do.trials(setting, (Forgetful,), rounds=1))
    assert found.broken == ("job-0 was written before, and that is not said",)
