"""What check decided is what a report says, whatever else moved or did not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.times import Doubt
from pulumi_amplify_jobs.report.document import document
from pulumi_amplify_jobs.report.markdown import markdown
from pulumi_amplify_jobs.report.model import Cell, Report, ReportedJob
from pulumi_amplify_jobs.report.page import page
from pulumi_amplify_jobs.report.reading import read_report
from pulumi_amplify_jobs.report.values import SECRET, UNKNOWN

from .decided import APP, TYPE, Bag, job_step, preview, rule_step, update

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


def noted(message: str, kind: str | None = None, name: str = "push", level: str = "error") -> Bag:
    """Return a message of the engine, about a resource or about none."""
    about = {} if kind is None else {"urn": f"{TYPE}:{kind}::{name}"}
    return {"severity": level, "message": message, **about}


def messages(*notes: Bag, steps: tuple[Bag, ...] = (), **config: Any) -> Report:
    full = {f"amplify-jobs:{key}": json.dumps(value) for key, value in config.items()}
    return read_report(preview(*steps, diagnostics=list(notes), config=full), "it")


def test_a_job_of_which_something_failed_keeps_its_key_and_target() -> None:
    step = job_step("update", update(), target="shop")
    report = messages(noted("it broke", "BackendJob"), steps=(step,))
    assert report.jobs == (ReportedJob("push", "error", KEY, reason="it broke", target="shop"),)
    moved = messages(noted("it broke", "BackendJob"), steps=(step,), jobs={"push": {"target": "b"}})
    assert [job.target for job in moved.jobs] == ["b"]


def test_an_error_behind_one_that_a_plan_tells_is_told() -> None:
    unread = job_step("update", {"action": "error", "reason": "denied"})
    report = messages(noted("denied", "BackendJob"), noted("the program broke"), steps=(unread,))
    assert [(job.action, job.reason) for job in report.jobs] == [("error", "denied")]
    assert report.problems == ("the program broke",)


def test_warnings_of_no_resource_of_ours_have_no_name() -> None:
    report = messages(
        noted("warning: old", "BackendJob", level="warning"),
        noted("older", "Stack", level="warning"),
        noted("oldest", level="warning"),
    )
    other = f"{TYPE.replace('amplify', 'other')}:Thing::x"
    foreign = messages({"severity": "warning", "message": "hm", "urn": other})
    assert report.warnings == ("push: old", "Stack: older", "oldest")[:1] + report.warnings[1:]
    assert report.warnings[0] == "push: old"
    assert report.warnings[-1] == "oldest"
    assert foreign.warnings == ("hm",)


def test_a_long_message_is_kept_up_to_1000_characters() -> None:
    assert messages(noted("x" * 1000)).problems == ("x" * 1000,)
    assert messages(noted("x" * 1001)).problems == ("x" * 999 + "…",)


@pytest.mark.parametrize(
    ("config", "hidden"),
    [
        ({"jobs": {"push": {"status": "FAILED"}}}, False),
        ({"jobs": {"push": {"status": SECRET}}}, True),
        ({"jobs": {"push": {}, "other": {"status": SECRET}}}, False),
        ({"jobs": {"push": {}}, "defaults": {"status": SECRET}}, True),
        ({"jobs": {"push": {}}, "defaults": {"status": "FAILED"}}, False),
    ],
)
def test_of_a_job_with_a_secret_no_message_is_shown(config: Any, hidden: bool) -> None:
    [job] = messages(noted("status is hunter2", "BackendJob"), **config).jobs
    assert (job.reason == "status is hunter2") is not hidden
    assert "its config is secret" in (job.reason or "") or not hidden


def test_jobs_of_one_rule_are_in_the_order_of_their_keys() -> None:
    matches = {f"{APP}/prod/{n}": {"from": {}, "to": {"status": "FAILED"}} for n in (3, 1, 2)}
    found = reported(rule_step(matches))
    assert [job.key.job_id for job in found if job.key] == ["1", "2", "3"]
    assert [
        job.target
        for job in read_report(preview(rule_step(matches)), "it").without_lone_target.jobs
    ] == [""] * 3


def test_two_jobs_change_and_what_is_in_doubt_is_named() -> None:
    created = Doubt("is of 1970")
    jobs = (
        ReportedJob("a", "update", created=created, updated=Doubt("is absent")),
        ReportedJob("b", "update", updated=created),
    )
    assert Report("dev", None, jobs).summary == "2 jobs change"
    assert [job.doubts for job in jobs] == [
        ("createTime is of 1970", "updateTime is absent"),
        ("updateTime is of 1970",),
    ]


def test_a_long_name_is_cut_in_a_warning() -> None:
    for name, shown in (("x" * 200, "x" * 200), ("x" * 201, "x" * 199 + "…")):
        report = messages(noted("hm", "BackendJob", name, "warning"))
        assert report.warnings == (f"{shown}: hm",)


def test_of_a_rule_with_a_secret_name_no_message_is_shown() -> None:
    found = messages(noted("it is hunter2", "BackendJobRule"), jobs={"push": {"status": SECRET}})
    assert "hunter2" not in found.problems[0]
    plain = messages(noted("it is hunter2", "BackendJobRule"), jobs={"push": {}})
    assert plain.problems == ("it is hunter2",)


@pytest.mark.parametrize(("levels", "read"), [(90, True), (150, False)])
def test_config_that_is_nested_too_deeply_names_no_target(levels: int, read: bool) -> None:
    deep: Any = {}
    for _ in range(levels):
        deep = {"a": deep}
    jobs = {"push": {"target": "shop"}, "other": deep}
    [job] = messages(noted("it broke", "BackendJob"), jobs=jobs).jobs
    assert job.target == ("shop" if read else "")
