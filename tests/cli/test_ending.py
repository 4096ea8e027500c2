"""Ctrl-C, SIGTERM and SIGHUP in the midst of a call that would never end."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.client import dripping as stand_in
from tests.client.dripping import Stand, dripping
from tests.client.test_credentials_in_time import PROFILES, Hanging, profile
from tests.samples import APP, ENVIRONMENT
from tests.updates import updated_ids
from tests.waiting import until

from .conftest import Project

SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
JOB = {"appId": APP, "backendEnvironmentName": ENVIRONMENT, "jobId": "1", "status": "RUNNING"}
COMMANDS = {
    "plan": ["plan"],
    "apply": ["apply", "--yes"],
    "list": ["list"],
    "watch": ["watch"],
    "discover": ["discover", "--region", "eu-west-1", "-o", "found.yaml"],
}
HANGS = 240
"""Seconds that no end takes. That it does not wait for the call, its words show: a call that was
waited for fails with others. `make bench` measures the promised 5 seconds."""

WHILE_LOADING = """
import os, sys

class Signalling:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            os.kill(os.getpid(), {number})

sys.meta_path.insert(0, Signalling())
"""
"""A signal comes as the first library is loaded."""


def declaring(project: Project, stand: Stand) -> Project:
    declared = replace(project, url=stand.url)
    declared.declare({"push": {"jobId": "1", "status": "FAILED"}})
    return declared


AT_A_PLACE = """
import os, sys

def send():
    os.kill(os.getpid(), {number})

class Dying:
    def __del__(self):
        send()

def swallow():
    try:
        send()
    except BaseException:
        pass

def convert():
    try:
        send()
    except BaseException:
        raise RuntimeError("odd") from None

def come_by(frame, event, called):
    place = frame.f_code.co_name + " " + getattr(called, "__name__", "")
    if "botocore.session" in sys.modules and place.strip() == {place!r}:
        sys.setprofile(None)
        {what}()

sys.setprofile(come_by)
"""
"""A signal comes as the main thread is at a place: in a function, or where it calls one in C."""

LOST = {
    "before the lock of imports": ("cb acquire_lock", "send"),
    "with the lock of imports": ("cb release_lock", "send"),
    "in an import": ("create_module", "send"),
    "as a validator is built": ("shape", "convert"),
    "as an object goes": ("plan_stack", "Dying"),
    "where every exception is passed over": ("plan_stack", "swallow"),
}


@SIGNALS
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_reading_ends_at_once(
    project: Project, monkeypatch: pytest.MonkeyPatch, command: list[str], number: signal.Signals
) -> None:
    with dripping(stand_in.slow_body) as stand:
        monkeypatch.setenv("AWS_ENDPOINT_URL", stand.url)
        with declaring(project, stand).start(*command) as process:
            stand.wait_until_connected()
            process.send_signal(number)
            output, errors = process.communicate(timeout=HANGS)
    assert (process.returncode, output) == (1, "")
    assert errors.endswith("error: interrupted; nothing was written\n")
    assert "Traceback" not in errors


def beginning_with(script: str, folder: Path) -> dict[str, str]:
    """Return the environment of a process that begins with a script."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(script)
    return {**os.environ, "PYTHONPATH": str(folder)}


@SIGNALS
def test_while_it_loads_it_ends_without_a_word(
    project: Project, tmp_path: Path, number: signal.Signals
) -> None:
    script = WHILE_LOADING.format(number=number.value)
    ended = project.run("plan", env=beginning_with(script, tmp_path / "hook"))
    assert (ended.returncode, ended.stdout, ended.stderr) == (-number, "", "")


def signalled(
    four: Project,
    hook: Path,
    number: signal.Signals,
    place: str,
    what: str,
    command: Sequence[str] = ("apply", "--yes", "--json"),
) -> tuple[int, str, str]:
    """Run a command, with a signal that comes at a place; return its exit code and its output."""
    script = AT_A_PLACE.format(number=number.value, place=place, what=what)
    ended = four.run(*command, env=beginning_with(script, hook))
    return ended.returncode, ended.stdout, ended.stderr


@SIGNALS
@pytest.mark.parametrize(("place", "what"), LOST.values(), ids=LOST)
def test_no_signal_is_lost_where_exceptions_are(
    four: Project,
    emulator: Emulator,
    tmp_path: Path,
    number: signal.Signals,
    place: str,
    what: str,
) -> None:
    code, output, errors = signalled(four, tmp_path / "hook", number, place, what)
    assert (code, output) == (1, "")
    assert errors.endswith("error: interrupted; nothing was written\n")
    assert "Traceback" not in errors
    assert updated_ids(emulator) == []


def test_what_a_library_makes_of_an_interrupt_is_one(
    four: Project, emulator: Emulator, tmp_path: Path
) -> None:
    ended = signalled(four, tmp_path / "hook", signal.SIGINT, "plan_stack", "convert")
    assert ended == (1, "", "error: interrupted\n")
    assert updated_ids(emulator) == []


def test_an_experiment_begins_no_update_after_a_signal(
    four: Project, emulator: Emulator, tmp_path: Path
) -> None:
    command = ["try", f"{APP}/{ENVIRONMENT}/1", "--status", "FAILED", "--yes", "--stack", "dev"]
    number, hook = signal.SIGINT, tmp_path / "hook"
    code, _, errors = signalled(four, hook, number, "_worth_trying", "swallow", command)
    assert code == 1
    assert errors.endswith("error: interrupted; nothing was written\n")
    assert updated_ids(emulator) == []


@SIGNALS
def test_a_write_that_drips_is_reported_as_what_it_is(
    project: Project, number: signal.Signals
) -> None:
    def script(_number: int, asked: bytes) -> bytes | None:
        return stand_in.answer(JOB) if asked.startswith(b"GET ") else None

    with (
        dripping(stand_in.slow_body, script=script) as stand,
        declaring(project, stand).start("apply", "--yes") as process,
    ):
        stand.wait_until_heard(b'{"status": "FAILED"}')
        process.send_signal(number)
        output, errors = process.communicate(timeout=HANGS)
    assert process.returncode == 1
    assert "it may or may not have taken effect; run amplify-jobs plan to check" in output
    assert "Traceback" not in errors


@SIGNALS
def test_a_credential_process_ends_with_the_command(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: signal.Signals
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    hanging = Hanging(tmp_path)
    profile(monkeypatch, tmp_path, next(iter(PROFILES.values())), hanging.command)
    with (
        dripping(stand_in.silence) as nobody,
        declaring(project, nobody).start("plan") as process,
    ):
        until(lambda: hanging.started, "the credential process")
        process.send_signal(number)
        _, errors = process.communicate(timeout=HANGS)
    assert process.returncode == 1
    assert "interrupted; nothing was written" in errors
    until(lambda: not hanging.left(), "the end of the credential process")
