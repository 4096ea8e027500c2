"""The demo tells its story with and without an engine, and leaves nothing behind."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from demo import story
from pulumi_amplify_jobs.emulator import Emulator
from tests.needs import needs_engine
from tests.waiting import until

from .conftest import PROCESSES, Demo

needs_process_list = pytest.mark.skipif(
    not (PROCESSES / "self" / "environ").exists(), reason="there is no /proc to find processes in"
)
needs_signals = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs POSIX signals")


def calls_in_all(output: str) -> list[int]:
    """Return the last line of the table of calls: lists, gets, updates."""
    found = re.search(r"^ +in all +(\d+) +(\d+) +(\d+)$", output, re.MULTILINE)
    assert found, output
    return [int(number) for number in found.groups()]


def read_until(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return
    pytest.fail(f"the demo ended before it said {text!r}")


def test_without_an_engine(demo_without_pulumi: Demo) -> None:
    code, output, errors = demo_without_pulumi.run()
    assert (code, errors) == (0, ""), output
    reasons = [line for line in output.splitlines() if "no pulumi on PATH" in line]
    assert len(reasons) == 1
    assert "OFFLINE is set" in reasons[0]
    assert "https://www.pulumi.com/docs/install/" in reasons[0]
    assert '~ status                 : "RUNNING" => "FAILED"' in output
    assert "$ amplify-jobs apply --yes" in output
    assert "RUNNING → FAILED" in output
    assert calls_in_all(output)[2] == 3
    demo_without_pulumi.assert_all_gone()


def test_a_cli_that_cannot_be_fetched(demo_without_pulumi: Demo) -> None:
    environment = demo_without_pulumi.environment
    del environment["OFFLINE"]
    with socket.socket() as refusing:
        # Bound but not listening: every connection is refused, and nobody else takes the port.
        refusing.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{refusing.getsockname()[1]}"
        environment.update(https_proxy=proxy, HTTPS_PROXY=proxy, no_proxy="", NO_PROXY="")
        code, output, errors = demo_without_pulumi.run()
    assert (code, errors) == (0, ""), output
    assert "fetching the Pulumi CLI" in output
    assert len([line for line in output.splitlines() if "it can't be fetched" in line]) == 1
    assert calls_in_all(output)[2] == 3
    demo_without_pulumi.assert_all_gone()


def test_a_pulumi_that_does_not_work(demo_without_pulumi: Demo, tmp_path: Path) -> None:
    broken = tmp_path / "bin" / "pulumi"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    environment = demo_without_pulumi.environment
    environment["PATH"] = f"{broken.parent}:{environment['PATH']}"
    code, output, errors = demo_without_pulumi.run()
    assert (code, errors) == (0, ""), output
    assert "the Pulumi CLI can't be used" in output
    assert calls_in_all(output)[2] == 3


@needs_engine
@needs_process_list
def test_with_an_engine(demo: Demo) -> None:
    code, output, errors = demo.run()
    assert (code, errors) == (0, ""), output
    assert "no pulumi on PATH" not in output
    assert '~ status                  : "RUNNING" => "FAILED"' in output
    assert "4 unchanged" in output
    assert calls_in_all(output)[2] == 2
    demo.assert_all_gone()


@needs_signals
@needs_process_list
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", [">>> host.up()", "$ amplify-jobs plan"])
def test_interrupted_without_an_engine(
    demo_without_pulumi: Demo, command: str, number: signal.Signals
) -> None:
    process = demo_without_pulumi.start()
    read_until(process, command)
    process.send_signal(number)
    _, errors = process.communicate()
    assert process.returncode == 128 + number
    assert errors == f"stopped by {number.name}: all that the demo started is gone\n"
    demo_without_pulumi.assert_all_gone()


@needs_engine
@needs_signals
@needs_process_list
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_with_an_engine(demo: Demo, number: signal.Signals) -> None:
    process = demo.start()
    read_until(process, "$ pulumi up")
    until(lambda: demo.processes("pulumi.dynamic"), "the engine's plugin")
    process.send_signal(number)
    _, errors = process.communicate()
    assert process.returncode == 128 + number
    assert errors.endswith(f"stopped by {number.name}: all that the demo started is gone\n")
    demo.assert_all_gone()


@needs_engine
@needs_process_list
def test_an_engine_that_is_killed_leaves_nothing_behind(demo: Demo) -> None:
    process = demo.start()
    read_until(process, "$ pulumi up")
    until(lambda: demo.processes("pulumi.dynamic"), "the engine's plugin")
    (engine,) = demo.processes("pulumi --non-interactive")
    demo.kill(engine)
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors == "the demo failed: pulumi up failed; see the reason above\n"
    demo.assert_all_gone()


def test_a_story_that_goes_otherwise_is_told(
    emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    step = story.Step("A title", "What happens.", "pulumi up", act=lambda: None, updates=1)
    with pytest.raises(story.StoryError, match=r"^step 1, pulumi up: 0 updates, not 1$"):
        story.tell([step], emulator)
    assert "1. A title" in capsys.readouterr().out
