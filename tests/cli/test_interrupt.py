"""Ctrl-C: no further write will start, and what is reported is true."""

from __future__ import annotations

import json
import signal

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.updates import updated_ids
from tests.waiting import DEADLINE, until

from ..samples import job
from .conftest import Project
from .holding import held_write
from .observe import terminal
from .test_apply import live_status

HANGS = 240
"""Seconds that no end takes; its words show that it waited for no retry."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_write_under_way_ends_and_no_other_begins(
    four: Project, emulator: Emulator, number: signal.Signals
) -> None:
    with (
        held_write(four, emulator) as (held, go_on),
        held.start("apply", "--yes", "--json", "--parallel", "1") as process,
    ):
        until(lambda: live_status(emulator, "0") == "FAILED", "the first write")
        process.send_signal(number)
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        said = next(line for line in lines if line.startswith("interrupted:"))
        go_on.set()
        output, errors = process.communicate(timeout=DEADLINE)
    assert process.returncode == 1
    assert updated_ids(emulator) == ["0"]
    document = json.loads(output)
    assert [each["result"] for each in document["jobs"]] == ["updated", *["notDone"] * 3]
    assert said.startswith("interrupted: no further write will start; 1 in progress")
    assert "error: not done: j1, j2, j3\n" in errors


def test_a_hang_up_that_is_ignored_stays_ignored(four: Project, emulator: Emulator) -> None:
    def as_nohup_does() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with (
        held_write(four, emulator) as (held, go_on),
        held.start("apply", "--yes", "--parallel", "1", preexec_fn=as_nohup_does) as process,
    ):
        until(lambda: live_status(emulator, "0") == "FAILED", "the first write")
        process.send_signal(signal.SIGHUP)
        go_on.set()
        output, _ = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0
    assert output.endswith("Applied: 4 updated.\n")


def test_the_second_one_ends_at_once_and_says_what_is_not_known(
    four: Project, emulator: Emulator
) -> None:
    emulator.fault("slow", operation="UpdateBackendJob", delay="60s")
    with four.start("apply", "--yes", "--parallel", "1") as process:
        until(lambda: live_status(emulator, "0") == "FAILED", "the first write")
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        while not process.stdout.readline().startswith("interrupted:"):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=DEADLINE)
    assert process.returncode == 1
    assert "it may or may not have taken effect" in output
    assert output.endswith("Applied: 0 updated; 1 failed, 3 not done.\n")


def test_a_read_before_the_write_is_not_waited_for(four: Project, emulator: Emulator) -> None:
    with terminal(four.path, "apply") as screen:
        screen.wait_for("[y/N]: ")
        emulator.latency = 600
        screen.type("y\n")
        screen.wait_for("Applying")
        screen.process.send_signal(signal.SIGINT)
        assert screen.finish() == 1
    assert "Applied: 0 updated; 4 not done." in screen.text
    assert updated_ids(emulator) == []


def test_a_wait_ends_at_once(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.declare({"a": {"jobId": "1", "operation": "DeleteBackend", "wait": {"timeout": "1h"}}})
    with project.start("apply", "--yes") as process:
        until(lambda: len(emulator.requests("GetBackendJob")) >= 3, "the waiting")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=DEADLINE)
    assert process.returncode == 1
    assert "was updated, but the wait ended: interrupted" in output
    assert output.endswith("Applied: 0 updated; 1 updated but not as declared.\n")


def test_retries_end_at_once(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    emulator.fault("504", operation="UpdateBackendJob")
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})
    with project.start("apply", "--yes") as process:
        until(lambda: len(emulator.requests("UpdateBackendJob")) >= 3, "the retries")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=HANGS)
    assert process.returncode == 1
    assert "it may or may not have taken effect" in output


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]])
def test_reading_is_left_at_once(four: Project, emulator: Emulator, command: list[str]) -> None:
    emulator.fault("504")
    with four.start(*command) as process:
        until(lambda: len(emulator.requests()) >= 2, "the reads")
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=HANGS)
    assert (process.returncode, output) == (1, "")
    assert errors == "error: interrupted; nothing was written\n"


def test_ctrl_c_at_the_question_writes_nothing(four: Project, emulator: Emulator) -> None:
    with terminal(four.path, "apply") as screen:
        screen.wait_for("[y/N]: ")
        # Python misses a signal between its prompt and its read; a person would press again.
        screen.process.send_signal(signal.SIGINT)
        while not screen.ended(within=2):
            screen.process.send_signal(signal.SIGINT)
        assert screen.finish() == 1
    assert "interrupted; nothing was written" in screen.text
    assert updated_ids(emulator) == []
