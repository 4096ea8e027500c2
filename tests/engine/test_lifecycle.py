"""From the first preview to destroy, each step with exactly the calls it needs."""

from __future__ import annotations

import json

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import APP, ENVIRONMENT, job

STUCK = {"unstick-push": {"jobId": "4f1c", "status": "FAILED"}}


def updates(emulator: Emulator) -> list[tuple[str | None, object]]:
    """Return (job ID, body) of the updates since the last look."""
    found = [(r.job_id, r.body) for r in emulator.requests("UpdateBackendJob")]
    emulator.clear_requests()
    return found


@pytest.fixture
def stuck(project: Project, emulator: Emulator) -> Project:
    """A project that declares one stuck job FAILED."""
    emulator.seed([job("4f1c")])
    project.configure(STUCK)
    return project


@pytest.fixture
def settled(stuck: Project, emulator: Emulator) -> Project:
    """The same after its first up."""
    stuck.apply()
    emulator.clear_requests()
    return stuck


def test_first_preview_shows_the_live_state_and_writes_nothing(
    stuck: Project, emulator: Emulator
) -> None:
    text = stuck.preview().text
    assert "+ pulumi-python:dynamic/amplify:BackendJob: (create)" in text
    plan = text[text.index("plan  ") :]
    assert 'action: "update"' in plan
    assert 'operation: "UpdateBackendAPI"' in plan
    assert 'status   : "RUNNING"' in plan
    assert 'status                  : "FAILED"' in text
    assert updates(emulator) == []


def test_up_makes_the_one_update_and_a_second_up_none(stuck: Project, emulator: Emulator) -> None:
    stuck.up()
    assert updates(emulator) == [("4f1c", {"status": "FAILED"})]
    assert emulator.job(APP, ENVIRONMENT, "4f1c").status == "FAILED"

    again = stuck.up()
    assert updates(emulator) == []
    assert "2 unchanged" in again.text


def test_at_rest_nothing_is_shown_though_the_plan_is_another_one(
    settled: Project, emulator: Emulator
) -> None:
    settled.preview("--save-plan", "plan.json", "--expect-no-changes")
    refreshed = settled.pulumi("refresh", "--yes", "--diff", "--expect-no-changes", expect=0).text
    assert "plan  " not in refreshed
    assert settled.resources()["unstick-push"]["inputs"]["plan"]["action"] == "update"
    settled.preview("--refresh=false", "--expect-no-changes")
    text = settled.up("--plan", "plan.json", "--expect-no-changes", "--diff").text
    assert "plan  " not in text
    assert settled.resources()["unstick-push"]["inputs"]["plan"] == {"action": "nothing"}
    settled.up("--strict", "--expect-no-changes")
    assert updates(emulator) == []


def test_drift_is_a_precise_diff(settled: Project, emulator: Emulator) -> None:
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="RUNNING")
    text = settled.preview().text
    assert '~ status                  : "RUNNING" => "FAILED"' in text
    assert "~ 1 to update" in text
    assert updates(emulator) == []

    settled.up()
    assert updates(emulator) == [("4f1c", {"status": "FAILED"})]


def test_drift_is_seen_without_refresh_too(settled: Project, emulator: Emulator) -> None:
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="RUNNING")
    text = settled.preview("--refresh=false").text
    assert "~ 1 to update" in text
    assert '"RUNNING"' in text[text.index("plan  ") :]


def test_undeclared_field_is_never_a_change(settled: Project, emulator: Emulator) -> None:
    emulator.set_job(APP, ENVIRONMENT, "4f1c", operation="CloneBackend", error="by hand")
    text = settled.up("--expect-no-changes").text
    assert "2 unchanged" in text
    assert updates(emulator) == []


def test_unmet_when_leaves_the_job_alone_and_says_so(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("4f1c", "COMPLETED")])
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED", "when": {"status": "RUNNING"}}})
    text = project.preview().text
    assert 'reason: "when: status is COMPLETED, not RUNNING"' in text

    project.up()
    quiet = project.up("--expect-no-changes").text
    assert "[diff" not in quiet
    assert updates(emulator) == []
    assert emulator.job(APP, ENVIRONMENT, "4f1c").status == "COMPLETED"


def test_when_that_comes_to_hold_is_a_precise_diff(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("4f1c", "COMPLETED")])
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED", "when": {"status": "RUNNING"}}})
    project.apply()
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="RUNNING")
    text = project.up("--diff").text
    assert '~ status                  : "RUNNING" => "FAILED"' in text
    assert '~ action: "skipped" => "update"' in text
    assert updates(emulator) == [("4f1c", {"status": "FAILED"})]


def test_edit_of_when_alone_is_recorded_without_a_call(
    settled: Project, emulator: Emulator
) -> None:
    settled.configure({"unstick-push": {**STUCK["unstick-push"], "when": {"status": "RUNNING"}}})
    assert "+ when" in settled.up("--diff").text
    assert settled.resources()["unstick-push"]["outputs"]["when"] == {"status": "RUNNING"}
    settled.up("--expect-no-changes")
    assert updates(emulator) == []


def test_if_missing_ignore_adopts_nothing_and_stays_quiet(
    project: Project, emulator: Emulator
) -> None:
    project.configure({"gone": {"jobId": "nix", "status": "FAILED", "ifMissing": "ignore"}})
    assert 'reason: "the service has no such job"' in project.preview().text
    project.up()
    project.up("--expect-no-changes")
    assert updates(emulator) == []

    emulator.seed([job("nix")])
    project.apply()
    assert updates(emulator) == [("nix", {"status": "FAILED"})]


def test_removal_and_destroy_make_no_update(settled: Project, emulator: Emulator) -> None:
    emulator.seed([job("77", "COMPLETED")])
    both = {**STUCK, "other": {"jobId": "77", "status": "COMPLETED"}}
    settled.configure(both)
    settled.apply()
    settled.configure(STUCK)
    assert "- 1 to delete" in settled.up().text
    assert set(settled.resources()) == {"unstick-push"}
    settled.pulumi("destroy", "--yes", expect=0)
    assert settled.resources() == {}
    assert updates(emulator) == []
    assert emulator.job(APP, ENVIRONMENT, "4f1c").status == "FAILED"


def test_another_key_is_another_resource(settled: Project, emulator: Emulator) -> None:
    emulator.seed([job("5a")])
    settled.configure({"unstick-push": {"jobId": "5a", "status": "FAILED"}})
    assert "+-" in settled.up().text
    assert updates(emulator) == [("5a", {"status": "FAILED"})]
    assert settled.resources()["unstick-push"]["id"] == f"{APP}/{ENVIRONMENT}/5a"


def test_refresh_alone_records_the_drift(settled: Project, emulator: Emulator) -> None:
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="RUNNING")
    settled.pulumi("refresh", "--yes", expect=0)
    state = settled.resources()["unstick-push"]
    assert state["inputs"]["status"] == "RUNNING"
    assert state["outputs"]["declared"] == {"status": "FAILED"}
    assert updates(emulator) == []
    settled.apply()
    assert updates(emulator) == [("4f1c", {"status": "FAILED"})]


def test_state_is_small_and_secret_free(settled: Project) -> None:
    exported = settled.pulumi("stack", "export", "--show-secrets", expect=0).text
    assert "AKIDEXAMPLE" not in exported
    assert "made-up" not in exported
    provider = settled.resources()["unstick-push"]["inputs"]["__provider"]
    assert len(provider) < 100


def test_statuses_are_exported(settled: Project) -> None:
    shown = settled.pulumi("stack", "output", "statuses", "--json", expect=0).text
    assert json.loads(shown) == {"unstick-push": "FAILED"}


def test_a_refresh_goes_by_the_config_file_that_is_named(
    stuck: Project, emulator: Emulator
) -> None:
    other = stuck.folder / "other.yaml"
    other.write_text(stuck.stack_file.read_text())
    stuck.stack_file.write_text(other.read_text().replace(emulator.url, "http://127.0.0.1:1"))
    stuck.environment["AMPLIFY_JOBS_CONFIG_FILE"] = str(other)
    stuck.apply("--config-file", str(other))
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="RUNNING")
    text = stuck.preview("--config-file", str(other)).text
    assert '~ status                  : "RUNNING" => "FAILED"' in text
