"""Creating a resource adopts a job: one update at most, with every declared field."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.emulator import Emulator

from ..samples import APP, CREATED, ENVIRONMENT, job
from .resources import internal, wanted
from .stack import ADOPT, NOTHING, Stack, planned, updates


def test_the_first_preview_shows_what_the_change_moves_the_job_away_from(
    emulator: Emulator, stack: Stack
) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    step = stack.preview()["push"]
    assert step.operation == "create"
    assert step.inputs == {
        **wanted("1", status="FAILED"),
        "created": "2025-11-24T00:00:00Z",
        "plan": {
            "action": "update",
            "from": {
                "operation": "UpdateBackendAPI",
                "status": "RUNNING",
                "updated": "2025-11-24T00:00:00Z",
            },
            "to": {"status": "FAILED"},
        },
    }
    assert stack.answers("Check") == [{"inputs": {**step.inputs, **internal("push")}}]
    assert updates(emulator) == []
    assert stack.state == {}


def test_adopting_sends_every_declared_field_in_one_call(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    # Only the status differs, yet both go out.
    stack.jobs["push"] = wanted("1", operation="UpdateBackendAPI", status="FAILED")
    assert stack.up()["push"].operation == "create"
    assert updates(emulator) == [{"operation": "UpdateBackendAPI", "status": "FAILED"}]
    live = emulator.job(APP, ENVIRONMENT, "1")
    adopted = stack.state["push"]
    assert adopted.id == f"{APP}/{ENVIRONMENT}/1"
    assert live.update_time != CREATED
    assert adopted.outputs == {
        "app_id": APP,
        "backend_environment_name": ENVIRONMENT,
        "job_id": "1",
        "declared": {"operation": "UpdateBackendAPI", "status": "FAILED"},
        "operation": "UpdateBackendAPI",
        "status": "FAILED",
        "create_time": CREATED,
        "update_time": live.update_time,
        "plan": adopted.inputs["plan"],
        "settled": adopted.outputs["settled"],
        **internal("push"),
    }


@pytest.mark.parametrize("refresh", [True, False])
def test_a_second_up_makes_no_update(emulator: Emulator, stack: Stack, refresh: bool) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    before = stack.state["push"]
    for _ in range(2):
        step = stack.up(refresh=refresh)["push"]
        assert (step.operation, planned(step)) == ("same", NOTHING)
        assert len(updates(emulator)) == 1
        assert stack.state["push"].outputs == before.outputs
    assert stack.state["push"].inputs == {**before.inputs, "plan": NOTHING}


def test_an_undeclared_field_is_never_sent(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1", operation=None)])
    stack.jobs["push"] = wanted("1", operation="CloneBackend")
    assert stack.up()["push"].operation == "create"
    assert updates(emulator) == [{"operation": "CloneBackend"}]
    assert stack.state["push"].outputs["status"] == "RUNNING"
    assert stack.state["push"].outputs["declared"] == {"operation": "CloneBackend"}


def test_a_job_as_declared_is_adopted_without_an_update(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1", "FAILED", error="timed out")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    step = stack.up()["push"]
    assert (step.operation, planned(step)) == ("create", ADOPT)
    assert updates(emulator) == []
    assert stack.state["push"].outputs["error"] == "timed out"
    assert stack.up()["push"].operation == "same"


def test_another_key_is_another_resource(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1", "FAILED"), job("2", "FAILED"), job("1", "FAILED", environment="dev")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    plugin = stack.start()
    old = stack.state["push"]
    for field, value in (
        ("app_id", "d9"),
        ("backend_environment_name", "dev"),
        ("job_id", "2"),
    ):
        difference = plugin.diff(old, {**old.inputs, field: value})
        assert (difference.changes, difference.replaces) == (True, (field,))
    stack.jobs["push"] = wanted("2", status="FAILED")
    assert stack.up()["push"].operation == "replace"
    assert stack.state["push"].id == f"{APP}/{ENVIRONMENT}/2"
    assert updates(emulator) == []


def test_deleting_makes_no_call_at_all(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1"), job("2")])
    stack.jobs |= {"push": wanted("1", status="FAILED"), "other": wanted("2", status="FAILED")}
    stack.up()
    emulator.clear_requests()
    # Both stand in the config of the process that deletes them: it does not even read them.
    stack.host.destroy(refresh=False)
    assert stack.answers("Delete") == [{}, {}]
    assert stack.state == {}
    stack.host.close()  # whatever the process still had in mind is over then
    assert emulator.requests() == []
    assert emulator.job(APP, ENVIRONMENT, "1").status == "FAILED"


def test_deleting_works_with_a_wrong_stack_config(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1", "FAILED")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    emulator.clear_requests()
    stack.settings = {"amplify-jobs:jobs": "nonsense"}
    stack.start().delete(stack.state["push"])
    assert emulator.requests() == []
