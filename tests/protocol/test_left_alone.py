"""`when` and `ifMissing`: jobs that are left alone, and say why."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Problem

from ..samples import APP, ENVIRONMENT, job
from .resources import wanted
from .stack import Stack, left_alone, moved, planned, problem_of, updates

GONE = "the service has no such job"


def test_an_unmet_precondition_leaves_the_job_alone_run_after_run(
    emulator: Emulator, stack: Stack
) -> None:
    emulator.seed([job("1", "COMPLETED")])
    stack.jobs["push"] = wanted("1", status="FAILED", when={"status": "RUNNING"})
    step = stack.preview()["push"]
    assert step.operation == "create"
    reason = "when: status is COMPLETED, not RUNNING"
    assert planned(step) == left_alone(reason)
    assert stack.up()["push"].inputs == step.inputs
    kept = stack.state["push"]
    assert kept.outputs["skipped"] == reason
    assert kept.outputs["status"] == "COMPLETED"
    for refresh in (True, False, True):
        assert stack.up(refresh=refresh)["push"].operation == "same"
        assert stack.state["push"] == kept
    assert updates(emulator) == []
    assert emulator.job(APP, ENVIRONMENT, "1").status == "COMPLETED"


@pytest.mark.parametrize("refresh", [True, False])
def test_the_job_is_updated_once_the_precondition_holds(
    emulator: Emulator, stack: Stack, refresh: bool
) -> None:
    emulator.seed([job("1", "COMPLETED")])
    stack.jobs["push"] = wanted("1", status="FAILED", when={"status": "RUNNING"})
    stack.up()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    step = stack.up(refresh=refresh)["push"]
    update = moved({"status": "FAILED"}, status="RUNNING")
    assert (step.operation, planned(step)) == ("update", update)
    assert "skipped" not in stack.state["push"].outputs
    assert updates(emulator) == [{"status": "FAILED"}]
    # Now the precondition no longer holds, but there is nothing left to do either.
    assert stack.up(refresh=refresh)["push"].operation == "same"
    assert len(updates(emulator)) == 1


def test_an_update_that_only_records_says_that_nothing_was_written(
    emulator: Emulator, stack: Stack
) -> None:
    emulator.seed([job("1", "FAILED")])
    stack.jobs["push"] = wanted("1", status="FAILED", when={"status": "RUNNING"})
    stack.up()
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    said = [(line.resource, line.message) for line in stack.host.up().log]
    reason = "when: status is COMPLETED, not RUNNING"
    assert ("push", f"left alone, nothing was written: {reason}") in said
    assert [line.message for line in stack.host.up().log] == []
    assert updates(emulator) == []


def test_another_reason_is_recorded(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1", "COMPLETED")])
    stack.jobs["push"] = wanted("1", operation="CloneBackend", when={"status": "RUNNING"})
    stack.up()
    emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED")
    assert stack.up()["push"].operation == "update"
    assert stack.state["push"].outputs["skipped"] == "when: status is FAILED, not RUNNING"
    assert stack.up()["push"].operation == "same"
    assert updates(emulator) == []


def test_the_precondition_is_checked_again_immediately_before_the_write(
    emulator: Emulator, stack: Stack
) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", operation="CloneBackend", when={"status": "RUNNING"})
    plugin = stack.start()
    checked = plugin.check("push", {}, stack.jobs["push"])
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    created = plugin.create("push", checked.inputs)
    assert created.outputs["skipped"] == "when: status is COMPLETED, not RUNNING"
    assert updates(emulator) == []


def test_a_missing_job_is_a_failure_of_the_check(emulator: Emulator, stack: Stack) -> None:
    stack.jobs["push"] = wanted("1", status="FAILED")
    assert problem_of(stack.preview) == Problem(
        f"push ({APP}/{ENVIRONMENT}/1): the service has no such job; "
        "correct its appId, backendEnvironmentName or jobId, or the region, remove it, or set "
        "ifMissing: ignore",
        resource="push",
        property="job_id",
    )
    assert updates(emulator) == []


def test_a_missing_job_may_be_ignored(emulator: Emulator, stack: Stack) -> None:
    stack.jobs["push"] = wanted("1", status="FAILED", if_missing="ignore")
    assert planned(stack.up()["push"]) == left_alone(GONE)
    kept = stack.state["push"]
    assert kept.outputs["status"] == ""
    assert stack.up()["push"].operation == "same"
    assert stack.state["push"] == kept
    assert updates(emulator) == []
    emulator.seed([job("1")])
    assert stack.up()["push"].operation == "update"
    assert "skipped" not in stack.state["push"].outputs
    assert updates(emulator) == [{"status": "FAILED"}]


def test_an_ignored_job_that_goes_away_keeps_its_id(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1", "FAILED")])
    stack.jobs["push"] = wanted("1", status="FAILED", if_missing="ignore")
    stack.up()
    emulator.remove_job(APP, ENVIRONMENT, "1")
    stack.refresh()
    assert stack.state["push"].id == f"{APP}/{ENVIRONMENT}/1"
    assert stack.up()["push"].operation == "update"
    assert stack.state["push"].outputs["skipped"] == GONE
    assert stack.up()["push"].operation == "same"
    assert updates(emulator) == []


@pytest.mark.also_without_frames
def test_a_preview_names_no_change_of_a_field_that_is_ignored(
    emulator: Emulator, stack: Stack
) -> None:
    emulator.seed([job("1", "FAILED")])
    stack.jobs["push"] = wanted("1", operation="CloneBackend", status="FAILED")
    stack.up()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    declared = wanted("1", operation="CreateBackend", status="FAILED")
    old, plugin = stack.state["push"], stack.start()
    news = plugin.check("push", old.inputs, {**declared, "__ignore_changes": ["status"]}).inputs
    assert news["plan"]["to"] == {"operation": "CreateBackend"}
    created = plugin.check("push", {}, {**declared, "__ignore_changes": ["status"]}).inputs
    assert created["plan"]["to"] == {"operation": "CreateBackend", "status": "FAILED"}
