"""What check decided is what a report says, whatever else moved or did not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.report.document import document
from pulumi_amplify_jobs.report.engine_run import SECRET, UNKNOWN
from pulumi_amplify_jobs.report.markdown import markdown
from pulumi_amplify_jobs.report.model import Cell, ReportedJob
from pulumi_amplify_jobs.report.page import page
from pulumi_amplify_jobs.report.reading import read_report

from .decided import APP, Bag, job_step, preview, rule_step, update

KEY = JobKey(APP, "prod", "1")
CONFUSING = (
    "RUNNING => FAILED",
    "a, b",
    "RUNNING (created 2025-11-24T00:00:00Z)",
    "FAILED, x => y",
)


def reported(*steps: Bag) -> tuple[ReportedJob, ...]:
    return read_report(preview(*steps), "it").jobs


@pytest.mark.parametrize("refreshed", ["FAILED", "RUNNING"])
def test_the_same_drift_again_is_a_change_in_every_format(refreshed: str) -> None:
    """The plan is that of the last run to the letter: the service gives no updateTime."""
    step = job_step("update", update(), old_plan=update())
    step["oldState"]["inputs"]["status"] = refreshed
    report = read_report(preview(step), "it")
    assert report.summary == "1 job changes"
    assert report.pending
    assert "**1 job changes**" in markdown(report)
    assert "`RUNNING` → **`FAILED`**" in markdown(report)
    assert "1 job changes" in page(report)
    [job] = document(report)["jobs"]
    assert (job["action"], job["status"]) == ("update", {"live": "RUNNING", "wanted": "FAILED"})
    assert document(report)["counts"]["update"] == 1


@pytest.mark.parametrize("operation", CONFUSING)
@pytest.mark.parametrize("status", CONFUSING)
def test_no_text_of_a_claimed_job_confuses(operation: str, status: str) -> None:
    to = {"operation": "a => b, c", "status": status + ", FAILED"}
    match = {"created": "2025-11-24T00:00:00Z", **update(to, operation=operation, status=status)}
    del match["action"]
    [job] = reported(rule_step({str(KEY): match}, set=to))
    assert (job.action, job.key, job.by_rule) == ("update", KEY, True)
    assert job.operation == Cell(operation, to["operation"])
    assert job.status == Cell(status, to["status"])
    assert (job.created, job.updated) == (1763942400.0, None)


@pytest.mark.parametrize("operation", CONFUSING)
def test_no_text_of_a_declared_job_confuses(operation: str) -> None:
    plan = update({"operation": "x => y"}, operation=operation, status="FAILED")
    [job] = reported(job_step("update", plan, operation="x => y"))
    assert (job.operation, job.status) == (Cell(operation, "x => y"), Cell("FAILED"))


@pytest.mark.parametrize(
    ("op", "plan", "action"),
    [
        ("create", update(), "update"),
        ("create", {"action": "adopt"}, "adopt"),
        ("replace", {"action": "adopt"}, "adopt"),
        ("create", {"action": "skipped", "reason": "when: no"}, "skipped"),
        ("update", {"action": "skipped", "reason": "when: no"}, "skipped"),
        ("same", {"action": "skipped", "reason": "when: no"}, "skipped"),
        ("update", {"action": "nothing"}, "record"),
        ("same", {"action": "nothing"}, "unchanged"),
        ("same", update(), "unchanged"),
        ("delete", update(), "forget"),
        ("create", UNKNOWN, "update"),
    ],
)
@pytest.mark.parametrize("before", [None, {"action": "nothing"}, update()])
def test_the_action_is_that_of_the_plan(op: str, plan: Any, action: str, before: Any) -> None:
    [job] = reported(job_step(op, plan, old_plan=before))
    assert job.action == action


def test_why_a_job_is_left_alone_is_said_by_the_plan() -> None:
    [job] = reported(job_step("update", {"action": "skipped", "reason": "when: no"}))
    assert job.reason == "when: no"


def test_a_job_without_a_status_is_absent_before_its_change() -> None:
    plan = {"action": "update", "from": {"operation": "X"}, "to": {"status": "FAILED"}}
    [job] = reported(job_step("update", plan))
    assert job.status == Cell(None, "FAILED")


def test_of_a_secret_job_the_action_is_known_and_nothing_else() -> None:
    plan = {"action": "update", "from": SECRET, "to": SECRET}
    [job] = reported(job_step("update", plan, status=SECRET))
    assert job.action == "update"
    assert (job.operation, job.status) == (Cell(SECRET), Cell(SECRET, SECRET))
    [job] = reported(job_step("update", {"action": "skipped", "reason": SECRET}, status=SECRET))
    assert (job.action, job.reason) == ("skipped", SECRET)


def test_a_job_that_is_only_recorded_shows_what_is_declared() -> None:
    [job] = reported(job_step("update", {"action": "nothing"}, wait={"timeout": "5m"}))
    assert (job.status, job.reason) == (Cell("FAILED"), "its declaration changed")


@pytest.mark.parametrize("value", [None, 7, "text", [], {}, {"from": 7, "to": "x"}, {"action": 1}])
def test_a_plan_of_another_kind_is_no_crash(value: Any) -> None:
    steps = [job_step(op, value) for op in ("create", "update", "same", "delete")]
    for step in steps:
        reported(step, rule_step({"a/b/c": value, "odd": value}))
    json.loads(preview(*steps))
