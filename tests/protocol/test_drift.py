"""Live drift is a precise diff, with and without a refresh."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing.wire import Bag

from ..samples import APP, ENVIRONMENT, job
from .resources import internal, wanted
from .stack import NOTHING, Stack, moved, planned, problem_of, updates


@pytest.fixture
def adopted(emulator: Emulator, stack: Stack) -> Stack:
    """A stack whose job `push` was brought from RUNNING to FAILED."""
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    emulator.clear_requests()
    return stack


def test_a_refresh_puts_live_values_of_declared_fields_into_the_inputs(
    emulator: Emulator, adopted: Stack
) -> None:
    before = adopted.state["push"]
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING", operation="CloneBackend")
    adopted.refresh()
    after = adopted.state["push"]
    assert after.inputs == {
        **wanted("1", status="RUNNING"),
        "created": before.inputs["created"],
        "plan": NOTHING,
        **internal("push"),
    }
    assert after.outputs == {
        **before.outputs,
        "status": "RUNNING",
        "operation": "CloneBackend",
        "update_time": emulator.job(APP, ENVIRONMENT, "1").update_time,
    }
    assert updates(emulator) == []


@pytest.mark.parametrize("refresh", [True, False])
def test_drift_is_shown_and_undone_by_one_call(
    emulator: Emulator, adopted: Stack, refresh: bool
) -> None:
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    step = adopted.preview(refresh=refresh)["push"]
    update = moved({"status": "FAILED"}, status="COMPLETED")
    assert (step.operation, planned(step)) == ("update", update)
    assert updates(emulator) == []
    assert adopted.up(refresh=refresh)["push"].operation == "update"
    assert updates(emulator) == [{"status": "FAILED"}]
    assert adopted.state["push"].outputs["plan"]["from"]["status"] == "COMPLETED"
    assert adopted.up(refresh=refresh)["push"].operation == "same"
    assert len(updates(emulator)) == 1


def test_a_refreshed_state_is_judged_against_its_own_inputs(
    emulator: Emulator, adopted: Stack
) -> None:
    # What the engine does to see whether a refresh found anything: the old inputs as news.
    before = adopted.state["push"]
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    plugin = adopted.start()
    assert plugin.diff(plugin.read(before), before.inputs).changes is True
    emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED")
    plugin = adopted.start()
    assert plugin.diff(plugin.read(before), before.inputs).changes is False


@pytest.mark.parametrize("refresh", [True, False])
def test_drift_of_an_undeclared_field_is_no_change(
    emulator: Emulator, adopted: Stack, refresh: bool
) -> None:
    emulator.set_job(
        APP, ENVIRONMENT, "1", operation="CloneBackend", error="boom", create_time=None
    )
    before = adopted.state["push"]
    assert adopted.up(refresh=refresh)["push"].operation == "same"
    assert adopted.state["push"].inputs == {**before.inputs, "plan": NOTHING}
    assert updates(emulator) == []


def test_a_declared_field_that_vanished_is_drift(emulator: Emulator, adopted: Stack) -> None:
    emulator.set_job(APP, ENVIRONMENT, "1", status=None)
    adopted.refresh()
    assert "status" not in adopted.state["push"].inputs
    assert adopted.state["push"].outputs["status"] == ""
    step = adopted.up()["push"]
    assert (step.operation, planned(step)) == ("update", moved({"status": "FAILED"}))
    assert updates(emulator) == [{"status": "FAILED"}]


def test_a_job_that_drifted_to_what_is_now_declared_needs_no_call(
    emulator: Emulator, adopted: Stack
) -> None:
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    adopted.jobs["push"] = wanted("1", status="COMPLETED")
    before = adopted.state["push"].outputs["plan"]
    step = adopted.up()["push"]
    # The new declaration is recorded; the outputs tell of the last change that was made.
    assert (step.operation, planned(step)) == ("update", NOTHING)
    assert adopted.state["push"].outputs["plan"] == before
    assert updates(emulator) == []
    assert adopted.state["push"].outputs["declared"] == {"status": "COMPLETED"}
    assert adopted.up()["push"].operation == "same"


def test_a_job_that_is_gone_is_forgotten_by_a_refresh(emulator: Emulator, adopted: Stack) -> None:
    emulator.remove_job(APP, ENVIRONMENT, "1")
    assert adopted.start().read(adopted.state["push"]).id == ""
    adopted.refresh()
    assert adopted.state == {}
    problem = problem_of(adopted.preview)
    assert (problem.resource, problem.property) == ("push", "job_id")


def test_options_that_need_no_call_are_recorded_at_once(emulator: Emulator, adopted: Stack) -> None:
    plugin = adopted.start()
    push = adopted.state["push"]
    edits: tuple[Bag, ...] = (
        {"when": {"status": "RUNNING"}},
        {"when": {"status": "COMPLETED", "operation": "CloneBackend"}},
        {"if_missing": "ignore"},
        {"wait": {"timeout": "30m"}},
        {},
    )
    for edit in edits:
        declared = wanted("1", status="FAILED", **edit)
        checked = plugin.check("push", push.inputs, declared)
        assert plugin.diff(push, checked.inputs).changes is True, edit
        push = plugin.read(plugin.update(push, checked.inputs))
        again = plugin.check("push", push.inputs, declared)
        assert plugin.diff(push, again.inputs).changes is False, edit
        options = ("when", "if_missing", "wait")
        assert {key: push.outputs[key] for key in options if key in push.outputs} == edit
    assert updates(emulator) == []


def test_drift_that_comes_again_is_shown_though_the_outputs_have_it_already(
    emulator: Emulator, adopted: Stack
) -> None:
    """A refresh records the drift; it goes away and comes again while nobody looks."""
    touched = emulator.job(APP, ENVIRONMENT, "1").update_time

    def move(status: str) -> None:
        emulator.set_job(APP, ENVIRONMENT, "1", status=status, update_time=touched)

    move("RUNNING")
    adopted.refresh()
    move("FAILED")
    assert adopted.up(refresh=False)["push"].operation == "same"
    move("RUNNING")
    adopted.refresh()
    assert adopted.state["push"].inputs["status"] == "RUNNING"
