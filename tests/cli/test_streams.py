"""Outputs that are full, have no reader, or were closed from the start."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from threading import Event

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.updates import updated_ids
from tests.waiting import DEADLINE, until

from ..samples import APP, ENVIRONMENT
from .conftest import COMMAND, Project
from .holding import held_write
from .test_apply import live_status

COMMANDS = {
    "plan": ["plan"],
    "apply": ["apply", "--yes"],
    "apply --json": ["apply", "--yes", "--json"],
    "list": ["list", f"{APP}/{ENVIRONMENT}"],
    "try": ["try", f"{APP}/{ENVIRONMENT}/0", "--status", "FAILED", "--yes", "-s", "dev"],
    "--version": ["--version"],
}


def told(errors: str) -> list[str]:
    """Return the IDs of the jobs that stderr calls updated."""
    line = re.search(r"^note: updated: (.*)$", errors, re.MULTILINE)
    return re.findall(r"j(\d)", line[1]) if line else []


def errors_behind_a_closed_pipe(process: subprocess.Popen[str], go_on: Event) -> str:
    """Close the pipe that a command prints into, and return what it says on stderr from then on."""
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    go_on.set()
    return process.stderr.read()


def test_a_closed_pipe_is_quiet(four: Project, emulator: Emulator) -> None:
    for command in (["plan"], ["plan", "--json"], ["apply", "--yes"]):
        reading, writing = os.pipe()
        os.close(reading)
        with four.start(*command, stdout=writing) as process:
            os.close(writing)
            _, errors = process.communicate(timeout=DEADLINE)
        assert (process.returncode, errors) == (1, "")
    assert updated_ids(emulator) == []


def test_what_was_written_into_a_closed_pipe_is_told(four: Project, emulator: Emulator) -> None:
    with (
        held_write(four, emulator) as (held, go_on),
        held.start("apply", "--yes", "--parallel", "1") as process,
    ):
        until(lambda: live_status(emulator, "0") == "FAILED", "the first write")
        errors = errors_behind_a_closed_pipe(process, go_on)
    assert process.returncode == 1
    assert updated_ids(emulator) == told(errors) == ["0"]
    assert errors.endswith("error: not done: j1, j2, j3\n")


def test_what_try_wrote_before_its_pipe_was_closed_is_told(
    four: Project, emulator: Emulator
) -> None:
    with (
        held_write(four, emulator) as (held, go_on),
        held.start(*COMMANDS["try"]) as process,
    ):
        until(lambda: live_status(emulator, "0") == "FAILED", "the update")
        errors = errors_behind_a_closed_pipe(process, go_on)
    assert process.returncode == 1
    assert re.fullmatch(r" +\d+\.\d s  update  UpdateBackendAPI, FAILED, .*\n", errors)


def test_what_was_written_before_a_disk_was_full_is_told(four: Project, emulator: Emulator) -> None:
    with (
        Path("/dev/full").open("w") as full,
        four.start("apply", "--yes", "--json", stdout=full) as process,
    ):
        _, errors = process.communicate(timeout=DEADLINE)
    assert process.returncode == 1
    assert sorted(told(errors)) == sorted(updated_ids(emulator)) == ["0", "1", "2", "3"]
    assert errors.endswith("error: No space left on device\n")


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_closed_stdout_is_one_line_and_no_call(
    four: Project, emulator: Emulator, command: list[str]
) -> None:
    ended = four.run_by("sh", "-c", 'exec "$0" "$@" >&-', *COMMAND, *command)
    assert ended.returncode == 1
    assert ended.stderr == (
        "error: stdout is closed: redirect it, such as to a file or to /dev/null\n"
    )
    assert emulator.requests() == []


def test_a_closed_stderr_hides_errors_only(four: Project, emulator: Emulator) -> None:
    ended = four.run_by("sh", "-c", 'exec "$0" "$@" 2>&-', *COMMAND, "plan", "--nope")
    assert (ended.returncode, ended.stdout) == (1, "")
    ended = four.run_by("sh", "-c", 'exec "$0" "$@" 2>&-', *COMMAND, "apply", "--yes")
    assert (ended.returncode, len(updated_ids(emulator))) == (0, 4)


def test_a_full_stderr_ends_it_before_a_write(four: Project, emulator: Emulator) -> None:
    with (
        Path("/dev/full").open("w") as full,
        four.start("apply", "--yes", "--json", stderr=full) as process,
    ):
        output, _ = process.communicate(timeout=DEADLINE)
    assert process.returncode == 1
    assert updated_ids(emulator) == []
    assert output == ""


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["apply"], "can't ask without a terminal, so nothing was written"),
        (["report"], "standard input"),
        (["comment", "--repo", "o/r", "--pull-request", "1"], "standard input"),
    ],
)
def test_a_closed_stdin_is_an_empty_one(four: Project, command: list[str], said: str) -> None:
    ended = four.run_by("sh", "-c", 'exec "$0" "$@" <&-', *COMMAND, *command)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "internal error" not in ended.stderr
