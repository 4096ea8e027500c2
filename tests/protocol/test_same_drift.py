"""A job that drifts to exactly the state that it drifted to before is a change like the first."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.shifted_clock import ShiftedClock

from ..samples import APP, CREATED, ENVIRONMENT, job
from .resources import wanted
from .stack import NOTHING, Stack, moved, planned, updates


def drift(emulator: Emulator, update_time: str | None) -> None:
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING", update_time=update_time)


@pytest.mark.parametrize("refresh", [True, False])
@pytest.mark.parametrize("update_time", [None, CREATED])
def test_each_time_the_planned_change_is_news(
    emulator: Emulator,
    service_time: ShiftedClock,
    stack: Stack,
    refresh: bool,
    update_time: str | None,
) -> None:
    emulator.seed([job("1")])
    drift(emulator, update_time)
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    for time in (1, 2, 3):
        assert stack.preview(refresh=refresh)["push"].operation == "same"
        service_time.pass_lag()
        drift(emulator, update_time)
        step = stack.preview(refresh=refresh)["push"]
        update = moved({"status": "FAILED"}, status="RUNNING")
        assert (step.operation, planned(step)) == ("update", update)
        assert stack.up(refresh=refresh)["push"].inputs == step.inputs
        assert len(updates(emulator)) == 1 + time


def test_what_is_recorded_without_a_call_says_so(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    written = stack.state["push"].outputs["plan"]
    stack.jobs["push"] = wanted("1", status="FAILED", when={"status": "RUNNING"})
    step = stack.up()["push"]
    assert (step.operation, planned(step)) == ("update", NOTHING)
    assert set(step.diff) == {"plan", "when"}
    assert stack.state["push"].outputs["plan"] == written
    assert len(updates(emulator)) == 1
