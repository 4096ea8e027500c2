"""Ctrl-C, SIGTERM and SIGHUP in the midst of a call that would never end."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.client import dripping as stand_in
from tests.client.dripping import Stand, dripping
from tests.client.test_credentials_in_time import PROFILES, Hanging, profile
from tests.samples import APP, ENVIRONMENT
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


@SIGNALS
def test_while_it_loads_it_ends_without_a_word(
    project: Project, tmp_path: Path, number: signal.Signals
) -> None:
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(WHILE_LOADING.format(number=number.value))
    ended = project.run("plan", env={**os.environ, "PYTHONPATH": str(hook)})
    assert (ended.returncode, ended.stdout, ended.stderr) == (-number, "", "")


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
