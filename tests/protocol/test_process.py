"""The plugin process: few calls, a small provider in the state, progress, and a prompt end."""

from __future__ import annotations

import base64
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto.engine_pb2 import LogSeverity

from pulumi_amplify_jobs.dynamic import Provider, plugin
from pulumi_amplify_jobs.emulator import Emulator

from ..samples import job
from .plugin import DEADLINE, CallFailed, Engine
from .stack import Stack, updates, wanted

SERIALIZED = (
    "gASVOAAAAAAAAACMJHB1bHVtaV9hbXBsaWZ5X2pvYnMuZHluYW1pYy5wcm92aWRlcpSMCFByb3ZpZGVylJOUKYGULg=="
)
"""In every stack's state; another text would show up as a change in every preview."""


def test_the_serialized_provider_is_a_small_reference_without_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    serialized = serialize_provider(Provider())
    assert serialized == SERIALIZED
    assert len(serialized) < 100
    content = base64.b64decode(serialized)
    assert b"pulumi_amplify_jobs.dynamic.provider" in content
    assert not any(value.encode() in content for value in os.environ.values() if len(value) > 3)


def test_a_hundred_jobs_of_one_environment_take_few_calls(emulator: Emulator, stack: Stack) -> None:
    names = [f"job-{number}" for number in range(100)]
    emulator.seed([job(name) for name in names])
    stack.jobs = {name: wanted(name, status="FAILED") for name in names}
    plugin_process = stack.start()
    with ThreadPoolExecutor(16) as pool:
        checks = pool.map(lambda name: plugin_process.check(name, {}, stack.jobs[name]), names)
        assert {checked.inputs["previous"]["status"] for checked in checks} == {"RUNNING"}
    assert len(emulator.requests()) <= 5
    assert {request.operation for request in emulator.requests()} == {"ListBackendJobs"}


def test_a_whole_run_reads_each_job_once(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1", "FAILED")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    emulator.clear_requests()
    assert stack.up()["push"].kind == "same"
    assert len(emulator.requests()) == 1


def test_progress_reaches_the_engine(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["-m", engine.address])
    plugin.engine_log()("waiting for push: RUNNING after 30 s")
    (line,) = engine.logged
    assert line.message == "waiting for push: RUNNING after 30 s"
    assert line.severity == LogSeverity.INFO


@pytest.mark.parametrize("arguments", [["-m"], ["-m", "127.0.0.1:1"], ["-m", "nonsense"]])
def test_progress_without_an_engine_is_lost_in_silence(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", arguments)
    plugin.engine_log()("waiting")


def test_cancel_is_answered_and_changes_nothing(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    process = stack.start()
    process.cancel()
    checked = process.check("push", {}, stack.jobs["push"])
    process.cancel()
    assert process.create("push", checked.inputs).outputs["status"] == "FAILED"


def test_an_idle_process_ends_at_once(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    process = stack.start()
    process.check("push", {}, wanted("1", status="FAILED"))
    assert process.stop() < 2
    assert process.process.returncode == 0
    assert process_errors(process.project) == ""


def test_a_process_that_waits_for_a_job_ends_at_once(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", operation="CloneBackend", wait={"timeout": "30m"})
    process = stack.start()
    checked = process.check("push", {}, stack.jobs["push"])
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(process.create, "push", checked.inputs)
        eventually_updated(emulator)
        assert process.stop() < 2
        assert isinstance(run.exception(DEADLINE), CallFailed)
    assert process.process.returncode == 0
    assert process_errors(process.project) == ""


def test_a_process_that_is_throttled_ends_at_once(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    emulator.fault("429")
    stack.settings = {**stack.settings, "amplify-jobs:maxRetries": "1000"}
    process = stack.start()
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(process.check, "push", {}, wanted("1", status="FAILED"))
        deadline = time.monotonic() + DEADLINE
        while len(emulator.requests()) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert process.stop() < 2
        assert isinstance(run.exception(DEADLINE), CallFailed)
    assert process_errors(process.project) == ""


def eventually_updated(emulator: Emulator) -> None:
    deadline = time.monotonic() + DEADLINE
    while not updates(emulator):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def process_errors(project: Path) -> str:
    return (project / "plugin.stderr").read_text()
