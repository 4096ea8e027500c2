"""A job that drifts to exactly the state that it drifted to before is a change like the first."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.emulator import Emulator

from ..samples import APP, CREATED, ENVIRONMENT, job
from .resources import wanted
from .stack import Stack, updates


def drift(emulator: Emulator, update_time: str | None) -> None:
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING", update_time=update_time)


@pytest.mark.parametrize("refresh", [True, False])
@pytest.mark.parametrize("update_time", [None, CREATED])
def test_each_time_the_planned_change_is_news(
    emulator: Emulator, stack: Stack, refresh: bool, update_time: str | None
) -> None:
    emulator.seed([job("1")])
    drift(emulator, update_time)
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    for time in (1, 2, 3):
        assert stack.preview(refresh=refresh)["push"].operation == "same"
        drift(emulator, update_time)
        planned = stack.preview(refresh=refresh)["push"]
        assert (planned.operation, planned.inputs["changes"]) == ("update", 1 + time)
        assert "changes" in planned.diff
        assert stack.up(refresh=refresh)["push"].inputs == planned.inputs
        assert len(updates(emulator)) == 1 + time


def test_what_is_recorded_without_a_call_keeps_what_was_planned_before(
    emulator: Emulator, stack: Stack
) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    before = stack.up()["push"].inputs
    stack.jobs["push"] = wanted("1", status="FAILED", when={"status": "RUNNING"})
    step = stack.up()["push"]
    kept = ("created", "previous", "changes")
    assert step.operation == "update"
    assert {each: step.inputs[each] for each in kept} == {each: before[each] for each in kept}
    assert set(step.diff) == {"when"}
    assert len(updates(emulator)) == 1
