"""`amplify-jobs try`: the verdict is what the reads show, or it is not known."""

from __future__ import annotations

import json
import re
import signal
from typing import Any

import pytest

from pulumi_amplify_jobs.cli.experiment.run import Experimenter
from pulumi_amplify_jobs.cli.experiment.verdict import Experiment, Name
from pulumi_amplify_jobs.domain.jobs import DesiredJob
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import Settings
from tests.fake_clock import FakeClock
from tests.updates import updates
from tests.waiting import DEADLINE

from ..samples import APP, ENVIRONMENT, job
from .conftest import Project
from .observe import terminal

KEY = JobKey(APP, ENVIRONMENT, "1")
FAILED = DesiredJob(KEY, None, "FAILED")
TRUTHS: dict[str, Name] = {
    "set": "set",
    "ignore": "ignored",
    "refuse": "refused",
    "revert": "reverted",
}


class EmulatorClock(FakeClock):
    """Its time passes for the emulator's jobs, too."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__()
        self._emulator = emulator

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if seconds:
            self._emulator.advance(f"{max(round(seconds * 1000), 1)}ms")


def tried(emulator: Emulator, transcript: list[str] | None = None) -> Experiment:
    """Seed a job that runs and make the experiment with it, in no time."""
    emulator.seed([job("1")])
    clock = EmulatorClock(emulator)
    settings = Settings(region="eu-west-1", endpoint=emulator.url)
    shown = [] if transcript is None else transcript
    experimenter = Experimenter(connect(settings, clock).jobs, clock, shown.append)
    return experimenter.run(FAILED, experimenter.read(FAILED), 60.0, 5.0)


@pytest.mark.parametrize("truth", TRUTHS)
def test_each_behaviour_has_its_verdict(emulator: Emulator, truth: Any) -> None:
    emulator.updates = truth
    transcript: list[str] = []
    made = tried(emulator, transcript)
    assert made.verdict.name == TRUTHS[truth]
    assert updates(emulator) == [{"status": "FAILED"}]
    assert len(transcript) == 2 + len(made.reads)
    assert len(made.reads) == (1 if truth == "refuse" else 13)


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize(
    "kind",
    ["429", "500", "504", "drop", "lost", "truncated", "empty", "garbage", "foreign", "stale"],
)
def test_whatever_fails_in_the_middle_no_verdict_is_false(
    emulator: Emulator, truth: Any, kind: str
) -> None:
    emulator.updates = truth
    emulator.fault(kind, 0.5)
    found = tried(emulator).verdict
    assert found.name in (TRUTHS[truth], "unknown"), found


def changed(emulator: Emulator, status: str, after: str) -> None:
    """Have the job move by itself."""
    then = {"after": after, "status": status}
    emulator.seed([{**job("1"), "then": then}])


def test_a_job_that_gets_there_by_itself_was_not_set(emulator: Emulator) -> None:
    emulator.updates = "ignore"
    emulator.seed([job("1")])
    clock = EmulatorClock(emulator)
    settings = Settings(region="eu-west-1", endpoint=emulator.url)
    experimenter = Experimenter(connect(settings, clock).jobs, clock, lambda _: None)
    before = experimenter.read(FAILED)
    changed(emulator, "FAILED", "20s")
    found = experimenter.run(FAILED, before, 60.0, 5.0).verdict
    assert (found.name, found.reason) == (
        "unknown",
        "the answer did not show it, later reads do: it may have come so",
    )


def test_a_refusal_that_changed_the_job_is_not_believed(emulator: Emulator) -> None:
    emulator.fault("400", operation="UpdateBackendJob")
    emulator.seed([job("1")])
    clock = EmulatorClock(emulator)
    settings = Settings(region="eu-west-1", endpoint=emulator.url)
    experimenter = Experimenter(connect(settings, clock).jobs, clock, lambda _: None)
    before = experimenter.read(FAILED)
    emulator.set_job(*KEY.parts, status="FAILED")
    assert experimenter.run(FAILED, before, 60.0, 5.0).verdict.name == "unknown"


def test_half_an_update_is_not_set(emulator: Emulator) -> None:
    made = tried(emulator)
    both = Experiment(
        DesiredJob(KEY, "CloneBackend", "FAILED"), made.before, made.answer, made.reads, 60.0
    )
    assert both.verdict.name == "unknown"
    assert both.verdict.reason.startswith("it was not set as a whole")


def test_no_account_is_in_the_transcript(emulator: Emulator) -> None:
    emulator.fault("denied", operation="UpdateBackendJob")
    transcript: list[str] = []
    found = tried(emulator, transcript).verdict
    assert found.name == "unknown"
    told = "\n".join([*transcript, found.reason])
    assert "not authorized" in told
    assert "123456789012" not in told


@pytest.fixture
def seeded(project: Project, emulator: Emulator) -> Project:
    emulator.seed([job("1")])
    return project


def command(project: Project, *arguments: str) -> list[str]:
    where = ["--endpoint", project.url, "--region", "eu-west-1"]
    return ["try", str(KEY), "--status", "FAILED", "--interval", "1s", *where, *arguments]


def test_the_command_prints_a_transcript_and_the_verdict(seeded: Project) -> None:
    result = seeded.run(*command(seeded, "--yes", "--read-for", "1s"))
    assert (result.returncode, result.stderr) == (0, "")
    first, second, *calls, empty, verdict = result.stdout.splitlines()
    assert first.startswith("amplify-jobs ")
    assert second.endswith(f"Z  {KEY}, asked for status FAILED")
    assert [line.split()[2] for line in calls[:3]] == ["read", "update", "read"]
    assert empty == ""
    assert re.match(r"set: \d+ s after the update, the job still shows UpdateBackendAPI", verdict)
    assert max(map(len, calls)) <= 80


def test_the_document_has_every_call(seeded: Project) -> None:
    result = seeded.run(*command(seeded, "--yes", "--read-for", "1s", "--json"))
    document = json.loads(result.stdout)
    assert document["job"] == {
        "appId": APP,
        "backendEnvironmentName": ENVIRONMENT,
        "jobId": "1",
        "target": None,
    }
    assert document["asked"] == {"operation": None, "status": "FAILED"}
    assert document["before"]["status"] == "RUNNING"
    assert document["answer"]["status"] == "FAILED"
    assert document["reads"][-1]["found"]["status"] == "FAILED"
    assert document["verdict"] == "set"
    assert "update  UpdateBackendAPI, FAILED" in result.stderr


@pytest.mark.parametrize("option", ["--read-for", "--interval"])
def test_no_duration_ends_it_after_its_update(
    seeded: Project, emulator: Emulator, option: str
) -> None:
    result = seeded.run(*command(seeded, "--yes", option, "999999w"))
    assert result.returncode == 1
    assert "'999999w' is longer than 3650 days: write less" in result.stderr
    assert updates(emulator) == []


def test_without_a_terminal_nothing_is_written(seeded: Project, emulator: Emulator) -> None:
    result = seeded.run(*command(seeded))
    assert result.returncode == 1
    assert "can't ask without a terminal, so nothing was written" in result.stderr
    assert updates(emulator) == []


@pytest.mark.parametrize("answer", ["n\n", "\x04"])
def test_no_is_no(seeded: Project, emulator: Emulator, answer: str) -> None:
    with terminal(seeded.path, *command(seeded)) as screen:
        screen.wait_for("Update this job once? [y/N]")
        screen.type(answer)
        assert screen.finish() == 1
    assert "nothing was written" in screen.text
    assert updates(emulator) == []


def test_a_job_that_moved_during_the_question_is_left_alone(
    seeded: Project, emulator: Emulator
) -> None:
    with terminal(seeded.path, *command(seeded)) as screen:
        screen.wait_for("[y/N]")
        emulator.set_job(*KEY.parts, status="COMPLETED")
        screen.type("y\n")
        assert screen.finish() == 1
    assert "moved meanwhile: status went from RUNNING to COMPLETED" in screen.plain
    assert updates(emulator) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["try", str(KEY)], "name what to ask for"),
        (["try", "d1/prod", "--status", "FAILED"], "write APP/ENVIRONMENT/JOB"),
        (["try", str(KEY), "--status", ""], "is empty"),
    ],
)
def test_what_is_wrong_is_said_before_any_call(
    seeded: Project, emulator: Emulator, arguments: list[str], told: str
) -> None:
    result = seeded.run(*arguments, "--endpoint", seeded.url)
    assert result.returncode == 1
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert emulator.requests() == []


def test_a_job_that_shows_it_already_can_prove_nothing(seeded: Project, emulator: Emulator) -> None:
    emulator.set_job(*KEY.parts, status="FAILED")
    result = seeded.run(*command(seeded, "--yes"))
    assert result.returncode == 1
    assert "shows that already" in result.stderr
    assert updates(emulator) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_ended_in_the_middle_it_claims_nothing(seeded: Project, number: signal.Signals) -> None:
    with seeded.start(*command(seeded, "--yes", "--read-for", "10m")) as process:
        assert process.stdout is not None
        while "  update  " not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(number)
        output, errors = process.communicate(timeout=DEADLINE)
    assert process.returncode != 0
    assert "set:" not in output
    if number != signal.SIGKILL:
        assert output.splitlines()[-1].startswith("not known: reading ended ")
    assert "Traceback" not in errors
