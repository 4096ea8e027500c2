"""watch: what it shows, when it ends, and with which exit code. It never writes."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from pulumi_amplify_jobs.cli.looking import Watch, take_look, watch_until_done
from pulumi_amplify_jobs.cli.watched import Look, heartbeat, news, state_lines
from pulumi_amplify_jobs.client import connect
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.jobs import DesiredJob, JobKey
from pulumi_amplify_jobs.settings import Settings
from tests.fake_clock import FakeClock
from tests.samples import APP, ENVIRONMENT, job

from .conftest import Project

NOW = 1795540000.0
WANTED = DesiredJob(JobKey(APP, ENVIRONMENT, "1"), status="FAILED", name="push")


class Seen:
    """Keeps the looks that it is shown, and lets a test act after each."""

    def __init__(self, *acts: Any) -> None:
        self.looks: list[Look] = []
        self._acts = list(acts)

    def look(self, look: Look, left: float) -> None:  # noqa: ARG002 (told by the looks)
        self.looks.append(look)
        if self._acts:
            self._acts.pop(0)()


@pytest.fixture
def watched(emulator: Emulator) -> Watch:
    clock = FakeClock()
    return Watch(
        service=connect(Settings(region="eu-west-1", endpoint=emulator.url), clock),
        clock=clock,
        environments=[(APP, ENVIRONMENT)],
        jobs=[WANTED],
        latest=[],
        rules=[],
        interval=5.0,
        timeout=60.0,
    )


def run(watch: Watch, seen: Seen) -> int:
    return watch_until_done(watch, seen, lambda: NOW)


def test_it_ends_when_all_is_as_declared(watched: Watch, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    seen = Seen(lambda: None, lambda: emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED"))
    assert run(watched, seen) == 0
    assert [look.pending for look in seen.looks] == [1, 1, 0]
    assert emulator.requests("UpdateBackendJob") == []


def test_the_timeout_is_another_exit_code(
    watched: Watch, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator.seed([job("1")])
    seen = Seen()
    assert run(watched, seen) == 2
    assert len(seen.looks) == 13
    assert "the timeout is over, 1 not as declared" in capsys.readouterr().err


def test_what_no_waiting_mends_ends_it_at_once(
    watched: Watch, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = Seen()
    assert run(watched, seen) == 1  # the declared job is not there
    assert len(seen.looks) == 1
    assert "the service has no such job" in capsys.readouterr().err
    emulator.seed([job("1")])
    emulator.fault("denied", operation="ListBackendJobs")
    assert run(replace(watched, jobs=[]), Seen()) == 1


def test_a_read_that_fails_is_tried_again(watched: Watch, emulator: Emulator) -> None:
    emulator.seed([job("1", status="FAILED")])
    impatient = Settings(region="eu-west-1", endpoint=emulator.url, max_retries=0)
    emulator.fault("504", operation="GetBackendJob", times=1)
    watch = replace(watched, service=connect(impatient, watched.clock))
    seen = Seen()
    assert run(watch, seen) == 0
    assert len(seen.looks) == 2


def test_running_jobs_that_nothing_declares_are_seen_but_not_waited_for(
    watched: Watch, emulator: Emulator
) -> None:
    emulator.seed([job("1", status="FAILED"), job("2"), job("3", status="COMPLETED")])
    seen = Seen()
    assert run(watched, seen) == 0
    assert [each.key.job_id for each in seen.looks[0].others] == ["2"]


def test_without_a_stack_it_ends_when_nothing_runs(watched: Watch, emulator: Emulator) -> None:
    emulator.seed([job("2")])
    seen = Seen(lambda: emulator.set_job(APP, ENVIRONMENT, "2", status="COMPLETED"))
    assert run(replace(watched, jobs=[]), seen) == 0
    assert len(seen.looks) == 2


def test_a_look_takes_few_calls(watched: Watch, emulator: Emulator) -> None:
    emulator.seed([job(f"j{number}") for number in range(20)])
    jobs = [
        replace(WANTED, key=JobKey(APP, ENVIRONMENT, f"j{number}"), name=f"job-{number}")
        for number in range(20)
    ]
    take_look(replace(watched, jobs=jobs), NOW)
    assert len(emulator.requests()) == 2


def test_only_news_is_told(watched: Watch, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2")])
    states = state_lines(take_look(watched, NOW))
    first = news({}, states, NOW)
    label = f"push ({APP}/{ENVIRONMENT}/1)"
    assert first == [
        f"2026-11-24T17:06:40Z {label}: RUNNING, apply would set status to FAILED",
        f"2026-11-24T17:06:40Z {APP}/{ENVIRONMENT}/2 (not declared): RUNNING",
    ]
    assert news(states, states, NOW) == []
    emulator.set_job(APP, ENVIRONMENT, "2", status="COMPLETED")
    [line] = news(states, state_lines(take_look(watched, NOW)), NOW)
    assert line.endswith(f"{APP}/{ENVIRONMENT}/2 (not declared): no longer runs")
    assert heartbeat(take_look(watched, NOW), NOW).endswith("still waiting for 1 job")


def test_the_command_waits_for_a_job(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.declare({"push": {"jobId": "1", "status": "FAILED"}})
    settle = threading.Timer(1.0, lambda: emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED"))
    settle.start()
    done = project.run("watch", "--interval", "1s", "--timeout", "30s")
    settle.join()
    assert done.returncode == 0, done.stderr
    assert f"push ({APP}/{ENVIRONMENT}/1): RUNNING, apply would set status" in done.stdout
    assert f"push ({APP}/{ENVIRONMENT}/1): FAILED, as declared" in done.stdout
