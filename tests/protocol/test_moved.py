"""A job that moves between the check and the write."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing.calls import CallFailed

from ..samples import APP, ENVIRONMENT, job
from .resources import wanted
from .stack import Stack, updates


def moved(was: str, now: str) -> str:
    return (
        f"push ({APP}/{ENVIRONMENT}/1) moved since it was checked: status went from {was} to "
        f"{now}; nothing was written, run it again to see the new change"
    )


def test_a_job_that_moved_is_not_written(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    plugin = stack.start()
    checked = plugin.check("push", {}, stack.jobs["push"])
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    with pytest.raises(CallFailed) as failed:
        plugin.create("push", checked.inputs)
    assert failed.value.message == moved("RUNNING", "COMPLETED")
    assert failed.value.partial is None
    assert updates(emulator) == []


def test_a_job_that_moved_is_not_written_by_an_update(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1", "FAILED")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    plugin = stack.start()
    old = stack.state["push"]
    checked = plugin.check("push", old.inputs, stack.jobs["push"])
    assert plugin.diff(old, checked.inputs).changes
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    with pytest.raises(CallFailed) as failed:
        plugin.update(old, checked.inputs)
    assert failed.value.message == moved("RUNNING", "COMPLETED")
    assert updates(emulator) == []


def test_a_job_that_meanwhile_is_as_declared_is_done(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    plugin = stack.start()
    checked = plugin.check("push", {}, stack.jobs["push"])
    emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED", error="by itself")
    created = plugin.create("push", checked.inputs)
    assert (created.outputs["status"], created.outputs["error"]) == ("FAILED", "by itself")
    assert updates(emulator) == []


def test_a_job_that_vanished_is_not_written(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    plugin = stack.start()
    checked = plugin.check("push", {}, stack.jobs["push"])
    emulator.remove_job(APP, ENVIRONMENT, "1")
    with pytest.raises(CallFailed, match="the service has no such job"):
        plugin.create("push", checked.inputs)
    assert updates(emulator) == []


def test_a_touched_update_time_is_no_move(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    plugin = stack.start()
    checked = plugin.check("push", {}, stack.jobs["push"])
    emulator.set_job(APP, ENVIRONMENT, "1", update_time="1763942409999", error="still busy")
    assert plugin.create("push", checked.inputs).outputs["status"] == "FAILED"
    assert updates(emulator) == [{"status": "FAILED"}]
