"""A read may lag behind a write: what the answer to the update showed is no news, and stays."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host
from tests.shifted_clock import ShiftedClock
from tests.updates import updates

from ..samples import APP, ENVIRONMENT, job
from .resources import wanted
from .ruled import RULE, Ruled
from .stack import Stack


@pytest.fixture(autouse=True)
def _always_soon(emulator: Emulator, service_time: ShiftedClock) -> None:
    """Have every run be within the ten seconds after a write, also on a busy machine."""
    service_time.stand_still()


@pytest.fixture
def settled(emulator: Emulator, stack: Stack) -> Stack:
    """A stack that has written its job, and reads it now as it was before."""
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    emulator.fault("stale")
    return stack


@pytest.mark.parametrize("refresh", [True, False])
def test_no_drift_is_shown_and_nothing_is_written(
    emulator: Emulator, settled: Stack, refresh: bool
) -> None:
    assert settled.preview(refresh=refresh)["push"].operation == "same"
    assert settled.host.preview(refresh=refresh).warnings == []
    assert settled.up(refresh=refresh)["push"].operation == "same"
    assert len(updates(emulator)) == 1
    assert settled.state["push"].outputs["status"] == "FAILED"


@pytest.mark.parametrize("refresh", [True, False])
def test_another_declaration_is_recorded_and_writes_only_its_own(
    emulator: Emulator, settled: Stack, refresh: bool
) -> None:
    settled.jobs["push"] = wanted("1", status="FAILED", if_missing="ignore")
    settled.up(refresh=refresh)
    assert len(updates(emulator)) == 1
    assert settled.state["push"].outputs["if_missing"] == "ignore"
    settled.jobs["push"] = wanted("1", status="COMPLETED")
    emulator.clear_faults()
    settled.up(refresh=refresh)
    assert updates(emulator)[1:] == [{"status": "COMPLETED"}]


def test_a_job_that_moved_since_is_drift(emulator: Emulator, settled: Stack) -> None:
    emulator.clear_faults()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    assert settled.preview()["push"].operation == "update"


def test_a_write_that_did_not_show_is_written_again(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    emulator.updates = "ignore"
    stack.jobs["push"] = wanted("1", status="FAILED")
    with pytest.raises(Exception, match="was updated, but its status is RUNNING"):
        stack.up()
    emulator.updates = "set"
    emulator.fault("stale")
    stack.up()
    assert len(updates(emulator)) == 2


def test_a_rule_takes_no_job_twice(emulator: Emulator, ruled: Ruled) -> None:
    emulator.seed([job("1"), job("2")])
    host = ruled(stuck=RULE)
    host.up()
    emulator.fault("stale")
    preview = host.preview()
    assert (preview.changes, preview.warnings) == ({}, [])
    host.up()
    assert len(updates(emulator)) == 2


def test_a_rule_that_changes_takes_what_it_did_not_take_yet(
    emulator: Emulator, ruled: Ruled
) -> None:
    emulator.seed([job("1")])
    host: Host = ruled(stuck=RULE)
    host.up()
    emulator.seed([job("2")])
    emulator.fault("stale", job_id="1")
    emulator.fault("stale", operation="ListBackendJobs")
    host.up()
    assert [request.job_id for request in emulator.requests("UpdateBackendJob")] == ["1", "2"]
