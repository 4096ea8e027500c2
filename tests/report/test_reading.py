"""What engine 3.260 wrote of previews, read: the files in `previews`, and parts of them changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.report.model import Cell, Report, ReportedJob, ReportError
from pulumi_amplify_jobs.report.reading import read_report
from pulumi_amplify_jobs.report.values import UNKNOWN

from .decided import update
from .recorded import API, APP, SEEDED, STUCK, key, recorded, report


def changed(name: str, **values: Any) -> str:
    """Return a recorded preview with top-level keys replaced."""
    return json.dumps({**json.loads(recorded(name)), **values})


def test_a_first_preview() -> None:
    found = report("first.json")
    assert (found.stack, found.project) == ("dev", "amplify-jobs")
    assert found.summary == "3 jobs change, 1 adopted, 2 left alone"
    assert found.jobs == (
        ReportedJob("a", "update", key("1"), API, STUCK, SEEDED, SEEDED, "newly declared"),
        ReportedJob(
            "b",
            "skipped",
            key("2"),
            created=SEEDED,
            reason="when: status is COMPLETED, not RUNNING",
        ),
        ReportedJob(
            "c",
            "adopt",
            key("3"),
            status=Cell("RUNNING"),
            created=SEEDED,
            reason="newly declared",
        ),
        ReportedJob("gone", "skipped", key("99"), reason="the service has no such job"),
        *(
            ReportedJob(
                "stuck",
                "update",
                key(each),
                API,
                STUCK,
                SEEDED,
                SEEDED,
                "matched by the rule",
                True,
            )
            for each in ("4", "r1")
        ),
    )


def test_drift_is_told_from_the_refreshed_state() -> None:
    drifted, *_ = report("drift.json").jobs
    assert (drifted.name, drifted.action, drifted.reason) == ("a", "update", "drifted")
    assert drifted.status == STUCK
    assert drifted.created == SEEDED
    assert isinstance(drifted.updated, float)
    assert drifted.updated > SEEDED


def test_what_was_claimed_before_is_not_claimed_again() -> None:
    claimed = [job.key for job in report("drift.json").jobs if job.by_rule]
    assert claimed == [key("r2")]


def test_the_event_log_tells_the_same_as_the_document() -> None:
    assert report("drift.jsonl") == report("drift.json")


def undated(found: Report) -> Report:
    """Return a report without what another moment of recording changes."""
    return replace(
        found,
        jobs=tuple(replace(job, updated=None) for job in found.jobs),
        warnings=tuple(line.split(" was settled ")[0] for line in found.warnings),
    )


def test_a_streamed_preview_tells_the_same_as_the_document() -> None:
    assert undated(report("drift-streamed.jsonl")) == undated(report("drift.json"))


def test_a_streamed_preview_with_colours_tells_the_same_failures() -> None:
    assert "<{%" in recorded("missing-streamed.jsonl")
    assert report("missing-streamed.jsonl") == report("missing.json")


def test_without_a_refresh_what_is_unchanged_is_not_known() -> None:
    drifted, claimed = report("without-refresh.json").jobs
    assert (drifted.status, drifted.reason, claimed.by_rule) == (STUCK, "drifted", True)


def test_at_rest_nothing_is_pending() -> None:
    found = report("at-rest.json")
    assert (found.pending, found.errors) == (False, 0)
    assert found.summary == "no job changes, 2 left alone"
    assert {job.name: job.action for job in found.jobs} == {
        "a": "unchanged",
        "b": "skipped",
        "c": "unchanged",
        "gone": "skipped",
    }


def test_another_key_is_another_job_and_a_removed_one_is_forgotten() -> None:
    jobs = {job.name: job for job in report("removed.json").jobs}
    assert jobs["b"].key == key("3")
    assert (jobs["b"].action, jobs["b"].status) == ("update", STUCK)
    assert jobs["b"].reason == f"in place of {APP}/prod/2"
    assert (jobs["c"].action, jobs["c"].status) == ("forget", Cell("RUNNING"))


def test_a_failed_check_is_the_error_of_its_job_without_the_engines_frame() -> None:
    found = report("missing.json")
    assert found.summary == "1 job changes, 1 adopted, 2 left alone, 1 error"
    [failed] = found.of(["error"])
    assert failed.name == "missing"
    assert failed.reason == (
        f"missing ({APP}/prod/77): the service has no such job; correct its appId, "
        "backendEnvironmentName or jobId, remove it, or set ifMissing: ignore"
    )


def test_a_wrong_config_is_a_problem_of_the_whole_and_told_once() -> None:
    found = report("wrong-config.json")
    assert found.problems == ("Pulumi.dev.yaml:18: c: unknown key statuss: did you mean status?",)
    assert (found.jobs, found.errors, found.pending) == ((), 1, False)


def test_what_only_up_will_know_is_said_to_be_so() -> None:
    [job] = report("unknown.json").jobs
    assert job.key == JobKey("(known after up)", "prod", "4f1c")
    assert (job.action, job.status) == ("update", Cell(None, "FAILED"))
    assert job.reason == "the outcome is known after up"


def test_a_refused_plan_says_what_moved() -> None:
    [failed] = report("refused.json").of(["error"])
    assert failed.reason == (
        "moved since the review: status went from RUNNING to COMPLETED (2026-11-26T00:55:54Z)"
    )


def test_secrets_stay_secret_also_where_the_engine_shows_them() -> None:
    assert "77" in recorded("secret.json")  # the engine's message has the job's ID in the clear
    found = report("secret.json")
    hidden, failed = found.jobs
    assert hidden.key == JobKey("[secret]", "prod", "[secret]")
    assert hidden.status == Cell("[secret]", "[secret]")
    assert hidden.action == "update"
    assert (failed.name, failed.action) == ("b", "error")
    assert "77" not in repr(found)
    assert "its config is secret" in str(failed.reason)


def test_a_secret_in_the_config_hides_every_message_about_its_job() -> None:
    urn = "urn:pulumi:dev::p::pulumi-python:dynamic/amplify:BackendJob::b"
    note = {"urn": urn, "severity": "error", "message": "error: GetBackendJob d2/prod/77: denied"}
    told = read_report(changed("secret.json", diagnostics=[note]), "it")
    assert "77" not in repr(told.of(["error"]))
    plain = {"amplify-jobs:jobs": '{"b": {"jobId": "77"}}'}
    told = read_report(changed("secret.json", diagnostics=[note], config=plain), "it")
    assert told.of(["error"])[0].reason == "GetBackendJob d2/prod/77: denied"


@pytest.mark.parametrize(
    ("config", "target"),
    [
        ({"jobs": '{"new": {"target": "shop-eu"}}'}, "shop-eu"),
        ({"jobs": '{"new": {}}', "defaults": '{"target": "shop-us"}'}, "shop-us"),
        ({"jobs": '{"other": {}}', "defaults": '{"target": "shop-us"}'}, ""),
        ({"jobs": '{"new": {"target": 7}}'}, ""),
        ({"jobs": "{", "defaults": "[secret]"}, ""),
        ({}, ""),
    ],
)
def test_a_new_job_that_fails_is_in_the_target_that_the_config_says(
    config: dict[str, str], target: str
) -> None:
    urn = "urn:pulumi:dev::p::pulumi-python:dynamic/amplify:BackendJob::new"
    note = {"urn": urn, "severity": "error", "message": "error: no"}
    given = {f"amplify-jobs:{key}": value for key, value in config.items()}
    [failed] = read_report(changed("first.json", diagnostics=[note], config=given), "it").of(
        ["error"]
    )
    assert failed.target == target


def test_a_refused_rule_of_a_plan_is_an_error_in_its_target() -> None:
    rules = [
        {"name": "stuck@a", "target": "a", "error": "stuck@a: denied"},
        {"name": "stuck", "target": None, "error": "stuck: denied"},
        {"name": "stuck@b", "target": "b", "error": None},
    ]
    plan = {"version": 2, "stack": "dev", "summary": {}, "jobs": [], "rules": rules}
    found = read_report(json.dumps(plan), "it")
    [refused] = found.jobs
    assert (refused.name, refused.target, refused.action) == ("stuck@a", "a", "error")
    assert (refused.reason, refused.by_rule) == ("denied", True)
    assert (found.problems, found.errors) == (("stuck: denied",), 2)


def test_a_secret_value_in_the_clear_is_not_shown() -> None:
    mark = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    digest = json.loads(recorded("first.json"))
    for step in digest["steps"]:
        if step["urn"].endswith("::a"):
            step["newState"]["inputs"]["job_id"] = {**mark, "plaintext": '"hush"'}
    found = read_report(json.dumps(digest), "it")
    assert found.jobs[0].key == key("[secret]")
    assert "hush" not in repr(found)


def test_the_order_of_the_engine_does_not_count() -> None:
    digest = json.loads(recorded("first.json"))
    turned = {**digest, "steps": digest["steps"][::-1], "duration": 7}
    assert read_report(json.dumps(turned), "it") == report("first.json")


def test_a_rule_with_an_unknown_input_is_not_said_to_match_nothing() -> None:
    digest = json.loads(recorded("first.json"))
    for step in digest["steps"]:
        if step["urn"].endswith("BackendJobRule::stuck"):
            step["newState"]["inputs"]["except"] = [UNKNOWN]
            del step["newState"]["inputs"]["matches"]
    [rule] = [job for job in read_report(json.dumps(digest), "it").jobs if job.by_rule]
    assert (rule.action, rule.reason) == ("record", "a new rule; what matches is known after up")


def test_a_warning_is_one_line_whatever_the_resource_is_called() -> None:
    urn = "urn:pulumi:dev::shop::pulumi-python:dynamic/amplify:BackendJob::a\x7f\nb"
    note = {"urn": urn, "message": "warning: createTime is absent", "severity": "warning"}
    told = read_report(changed("first.json", diagnostics=[note]), "it")
    assert told.warnings == ("a b: createTime is absent",)


@pytest.mark.parametrize("depth", [150, 500, 990])
@pytest.mark.parametrize("where", ["steps", "config", "jobs"])
def test_what_is_nested_too_deeply_is_refused_in_one_line(depth: int, where: str) -> None:
    deep = "[" * depth + "]" * depth
    with pytest.raises(ReportError, match=r"^it is nested too deeply to be a preview: give it "):
        read_report(f'{{"{where}": {deep}, "summary": 1, "stack": "dev"}}', "it")


def test_config_that_is_nested_too_deeply_says_nothing() -> None:
    deep = {"amplify-jobs:jobs": "[" * 100_000}
    assert read_report(changed("first.json", config=deep), "it").jobs


def test_warnings_name_their_job() -> None:
    urn = "urn:pulumi:dev::p::pulumi-python:dynamic/amplify:BackendJobRule::stuck"
    note = {"urn": urn, "severity": "warning", "message": "warning: createTime of x is absent\n"}
    told = read_report(changed("first.json", diagnostics=[note, note]), "it")
    assert told.warnings == ("stuck: createTime of x is absent",)
    assert told.errors == 0
    note["message"] = "warning: d1/prod/stuck-1 would match"
    told = read_report(changed("first.json", diagnostics=[note]), "it")
    assert told.warnings == ("stuck: d1/prod/stuck-1 would match",)


def test_an_event_log_that_was_cut_off_is_an_error() -> None:
    lines = recorded("drift.jsonl").splitlines()
    whole = [line for line in lines if "summaryEvent" not in line and "cancelEvent" not in line]
    found = read_report("\n".join(whole), "it")
    assert found.problems == (
        "the event log is incomplete: the run was cut off, or is still going",
    )


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("pulumi-python:dynamic resource 'a': has a problem: no", "no"),
        (
            "dynamic resource 'a': property status value {F} has a problem: it's 'b': no",
            "it's 'b': no",
        ),
        ("a value of {F} has a problem: no", "a value of {F} has a problem: no"),
        (f"x resource 'a{'a: property b value {' * 20_000}", None),
    ],
)
@pytest.mark.timeout(60)  # what is tried again and again takes minutes
def test_the_engines_frame_is_taken_off_once(message: str, shown: str | None) -> None:
    note = {"message": f"error: {message}", "severity": "error"}
    [problem] = read_report(changed("first.json", diagnostics=[note]), "it").problems
    assert problem == shown or (shown is None and problem.startswith("x resource 'aa: property"))


def test_a_preview_that_may_be_corrupt_is_an_error() -> None:
    assert read_report(changed("first.json", maybeCorrupt=True), "it").errors == 1


def planned(plan: Any, **inputs: Any) -> str:
    """Return the recorded drift of `a` with another plan, and with more inputs."""
    digest = json.loads(recorded("drift.json"))
    for step in digest["steps"]:
        if step["op"] == "update" and step["urn"].endswith("::a"):
            step["newState"]["inputs"].update(inputs, plan=plan)
    return json.dumps(digest)


def test_a_wait_that_failed_is_told() -> None:
    digest = json.loads(planned({"action": "nothing"}))
    for step in digest["steps"]:
        if step["op"] == "update" and step["urn"].endswith("::a"):
            step["oldState"]["outputs"]["unsettled"] = "the job ended as FAILED"
    job, *_ = read_report(json.dumps(digest), "it").jobs
    assert (job.action, job.reason) == ("record", "the last wait for it failed")


def test_an_edit_that_needs_no_call_is_recorded() -> None:
    text = planned({"action": "nothing"}, wait={"timeout": "5m"})
    job, *_ = read_report(text, "it").jobs
    assert (job.action, job.reason) == ("record", "its declaration changed")
    assert job.status == Cell("FAILED")


def test_moments_are_read_as_people_read_them_and_as_the_service_writes_them() -> None:
    for moment in ("2026-11-24T07:00:00Z", "1795503600000"):
        job, *_ = read_report(planned(update(status="RUNNING", updated=moment)), "it").jobs
        assert job.updated == 1795503600


@pytest.mark.parametrize(
    ("preview", "reason"),
    [
        ("drift.json", "drifted"),  # its refresh saw that the service updated the job
        ("without-refresh.json", "drifted, or its secret declaration changed"),
    ],
)
def test_a_secret_job_that_the_service_updated_drifted(preview: str, reason: str) -> None:
    digest = json.loads(recorded(preview))
    for step in digest["steps"]:
        if step["urn"].endswith("::a") and step["op"] == "update":
            step["oldState"]["inputs"]["status"] = "[secret]"
            step["oldState"]["outputs"].update(status="[secret]", declared="[secret]")
            step["newState"]["inputs"]["status"] = "[secret]"
            step["newState"]["inputs"]["plan"].update({"from": "[secret]", "to": "[secret]"})
    job = next(each for each in read_report(json.dumps(digest), "it").jobs if each.name == "a")
    assert (job.action, job.reason) == ("update", reason)
    assert (job.key, job.status) == (key("1"), Cell("[secret]", "[secret]"))


def test_several_previews_are_not_merged() -> None:
    first, log, plan = recorded("first.json"), recorded("drift.jsonl"), '{"stack": "s", "jobs": []'
    plan += ', "summary": {}, "version": 2}'
    cut_off = "\n".join(log.splitlines()[:20])
    for text in (first * 2, log * 2, f"{log}\n{cut_off}", f"{cut_off}\n{log}", plan * 2):
        with pytest.raises(ReportError, match=r"^it holds 2 previews: report one at a time$"):
            read_report(text, "it")
    with pytest.raises(ReportError, match=r"^it holds 3 previews"):
        read_report(first + log + plan, "it")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is empty: the preview failed before it wrote anything"),
        ("  \n", "it is empty"),
        (
            "{",
            "it:1: is not complete JSON (Expecting property name enclosed in double quotes, column",
        ),
        ('{"steps": [', "it:1: is not complete JSON"),
        ("Previewing update (dev):", "it:1: is not complete JSON"),
        ("[]", "it is not a preview: give it pulumi preview --json, the engine's event log, or"),
        ('{"jobs": {}}', "it is not a preview"),
        ("[" * 100_000, "it is nested too deeply"),
        (f'{{"steps": [{"1" * 5000}]}}', "it has a number with too many digits to be a preview"),
        ('{"stack": "s", "jobs": [], "summary": {}, "version": 1}', "it is a plan of version 1"),
        (
            '{"stack": "s", "jobs": [{"result": "updated"}], "summary": {}, "version": 2}',
            "it has the results of apply, not a plan",
        ),
    ],
)
def test_what_is_no_preview_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(ReportError, match="it") as caught:
        read_report(text, "it")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [None, 7, "text", [], {}, [7], {"a": 1}])
def test_values_of_another_kind_are_no_crash(value: Any) -> None:
    urn = "urn:pulumi:dev::p::pulumi-python:dynamic/amplify:BackendJob::a"
    rule = urn.replace("BackendJob", "BackendJobRule")
    states = [value, {"inputs": value, "outputs": value}, {"inputs": {"previous": value}}]
    states += [{"inputs": {each: value}} for each in ("plan", "matches", "changes", "skipped")]
    for op in ("create", "update", "same", "refresh", "delete", "replace", value):
        for state in states:
            steps = [
                {"op": op, "urn": each, "oldState": state, "newState": state}
                for each in (urn, rule, value)
            ]
            read_report(changed("first.json", steps=steps, config=value), "it")
    read_report(changed("first.json", steps=value, diagnostics=value), "it")
    read_report(changed("first.json", diagnostics=[value, {"severity": "error"}]), "it")
    plan = {"stack": value, "jobs": [value, {"live": value}], "summary": {}, "version": 2}
    read_report(json.dumps(plan), "it")
