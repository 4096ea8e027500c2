"""The plugin process: few calls, a small provider in the state, progress, and a prompt end."""

from __future__ import annotations

import base64
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from pulumi_amplify_jobs.dynamic.plugin_process import engine_log
from pulumi_amplify_jobs.dynamic.provider import Provider
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Line
from pulumi_amplify_jobs.testing.calls import CallFailed
from pulumi_amplify_jobs.testing.plugin import Plugin
from pulumi_amplify_jobs.testing.results import Journal
from tests.waiting import DEADLINE, until

from ..samples import job
from .resources import wanted
from .stack import Stack, updates

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
    stack.jobs |= {name: wanted(name, status="FAILED") for name in names}
    calls = stack.start()
    with ThreadPoolExecutor(16) as pool:
        checks = pool.map(lambda name: calls.check(name, {}, stack.jobs[name]), names)
        assert {checked.inputs["plan"]["from"]["status"] for checked in checks} == {"RUNNING"}
    assert len(emulator.requests()) <= 5
    assert {request.operation for request in emulator.requests()} == {"ListBackendJobs"}


def test_a_whole_run_reads_each_job_once(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1", "FAILED")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    emulator.clear_requests()
    assert stack.up()["push"].operation == "same"
    assert len(emulator.requests()) == 1


def test_progress_reaches_the_engine(
    engine: str, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["-m", engine])
    engine_log()("waiting for push: RUNNING after 30 s")
    assert journal.lines == [Line("info", "waiting for push: RUNNING after 30 s")]


@pytest.mark.parametrize("arguments", [["-m"], ["-m", "127.0.0.1:1"], ["-m", "nonsense"]])
def test_progress_without_an_engine_is_lost_in_silence(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", arguments)
    engine_log()("waiting")


def test_cancel_is_answered_and_changes_nothing(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    calls = stack.start()
    calls.plugin.provider.cancel()
    checked = calls.check("push", {}, stack.jobs["push"])
    calls.plugin.provider.cancel()
    assert calls.create("push", checked.inputs).outputs["status"] == "FAILED"


def test_an_idle_process_ends_at_once(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    calls = stack.start()
    calls.check("push", {}, wanted("1", status="FAILED"))
    assert_ends_at_once(calls.plugin)


def test_a_process_that_waits_for_a_job_ends_at_once(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", operation="CloneBackend", wait={"timeout": "30m"})
    calls = stack.start()
    checked = calls.check("push", {}, stack.jobs["push"])
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(calls.create, "push", checked.inputs)
        until(lambda: bool(updates(emulator)))
        assert_ends_at_once(calls.plugin)
        assert isinstance(run.exception(DEADLINE), CallFailed)


def test_a_process_that_is_throttled_ends_at_once(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    emulator.fault("429")
    stack.settings["amplify-jobs:maxRetries"] = "1000"
    calls = stack.start()
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(calls.check, "push", {}, wanted("1", status="FAILED"))
        until(lambda: len(emulator.requests()) >= 3)
        assert_ends_at_once(calls.plugin)
        assert isinstance(run.exception(DEADLINE), CallFailed)


def test_no_write_begins_in_a_process_that_is_asked_to_end(
    emulator: Emulator, stack: Stack
) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    calls = stack.start()
    checked = calls.check("push", {}, stack.jobs["push"])
    emulator.clear_requests()
    emulator.latency = 600
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(calls.create, "push", checked.inputs)
        until(lambda: bool(emulator.requests("GetBackendJob")))
        assert_ends_at_once(calls.plugin)
        assert isinstance(run.exception(DEADLINE), CallFailed)
    assert not updates(emulator)


def assert_ends_at_once(process: Plugin) -> None:
    # Not by force: that comes after the 5 seconds that the engine gives, too.
    assert process.stop() == ""
    assert process.process.returncode == 0
    assert process.stderr() == ""
