"""The soak sees what begins after a signal, and what is left behind."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.running.processes import role_of
from demo import sessions
from pulumi_amplify_jobs.emulator import Emulator
from soak.processes import kill, of_session
from soak.rows import signals
from soak.stacks import Stack
from tests.samples import APP
from tests.waiting import DEADLINE, until


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Stack]:
    """A stack each of whose workers has made one write."""
    with Emulator() as emulator:
        stack = Stack(tmp_path, emulator, signals.PARALLEL)
        assert stack.bring().code == 0
        yield stack


def arrived(stack: Stack) -> float:
    return min(each.time for each in stack.emulator.requests("UpdateBackendJob")) / 1000


def test_writes_that_were_under_way_may_arrive(written: Stack) -> None:
    sent = arrived(written) - 0.001
    assert signals._begun(written, None, sent, sent) == []


def test_a_write_of_each_worker_that_begins_after_the_signal_is_seen(written: Stack) -> None:
    sent = arrived(written) - 2 * signals.SOON
    assert len(signals._late(written, None, sent, sent)) == signals.PARALLEL


def test_what_a_process_leaves_behind_is_seen(
    written: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "GRACE", 0.2)
    command = ["sh", "-c", "sleep 60 >/dev/null 2>&1 &"]
    with written.launch(command, {}) as process:
        process.communicate()
        until(lambda: of_session(process.pid, "sleep"))
        [said] = signals._gone(written, process, time.time(), 0)
        kill(sessions.members(process.pid))
    assert re.match(r"sleep is left after \d", said)


@pytest.mark.parametrize(("name", "left"), [("pulumi-language-python", 0), ("pulumi", 1)])
def test_a_cli_that_dies_of_the_signal_leaves_its_language_host(
    written: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, left: int
) -> None:
    monkeypatch.setattr(signals, "GRACE", 0.2 if left else DEADLINE)
    (tmp_path / name).symlink_to(Path(shutil.which("sleep") or "sleep").resolve())
    command = ["sh", "-c", f"{tmp_path / name} 60 >/dev/null 2>&1 & kill -TERM $$"]
    with written.launch(command, {}) as process:
        process.communicate()
        assert process.returncode == -signal.SIGTERM
        until(lambda: of_session(process.pid, role_of([name])))
        assert len(signals._gone(written, process, time.time(), 0)) == left
        kill(sessions.members(process.pid))


def test_a_process_that_is_gone_leaves_nothing(written: Stack) -> None:
    with subprocess.Popen(["true"], text=True, start_new_session=True) as process:
        assert signals._gone(written, process, time.time(), 0) == []


def test_bystanders_that_a_killed_emulator_had_written_are_counted(written: Stack) -> None:
    assert signals._moved_bystanders(written) == 0
    written.emulator.set_job(APP, "env3", "other-0", status="FAILED")
    assert signals._moved_bystanders(written) == 1


def test_a_signal_that_comes_too_late_strikes_nothing() -> None:
    with subprocess.Popen(["true"], text=True) as process:
        until(lambda: process.poll() is not None)
        assert signals._struck(signal.SIGTERM, process) == 0
