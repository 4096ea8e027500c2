"""`latest` under a real engine."""

from __future__ import annotations

import re

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import job, rule

PUSH = {"jobId": {"latest": {"operation": "UpdateBackendAPI"}}, "status": "FAILED"}
FOLLOWING = {**PUSH, "jobId": {**PUSH["jobId"], "follow": True}}  # type: ignore[dict-item]


RULE = rule(match={"status": "RUNNING"}, set={"status": "COMPLETED"}, limit=5)


def seed(emulator: Emulator, job_id: str, time: str) -> None:
    emulator.seed([{**job(job_id), "createTime": time, "updateTime": time}])


def test_it_is_shown_adopted_and_kept(project: Project, emulator: Emulator) -> None:
    seed(emulator, "old", "1600000001000")
    seed(emulator, "new", "1600000002000")
    project.configure({"push": PUSH})
    preview = project.preview("--save-plan", "plan.json").text
    assert re.search(r'job_id\s*: "new"', preview)
    project.up("--plan", "plan.json")
    assert project.resources()["push"]["id"].endswith("/new")
    seed(emulator, "newer", "1600000003000")
    emulator.clear_requests()
    assert "2 unchanged" in project.up().text
    assert emulator.requests("UpdateBackendJob") == []


def test_following_is_a_replacement(project: Project, emulator: Emulator) -> None:
    seed(emulator, "old", "1600000001000")
    project.configure({"push": FOLLOWING})
    project.apply()
    assert "2 unchanged" in project.up().text
    seed(emulator, "newer", "1600000003000")
    emulator.clear_requests()
    preview = project.preview().text
    assert re.search(r'~ job_id\s*: "old" => "newer"', preview)
    project.up()
    assert project.resources()["push"]["id"].endswith("/newer")
    assert [request.job_id for request in emulator.requests("UpdateBackendJob")] == ["newer"]
    assert "2 unchanged" in project.up().text


def test_a_rule_never_touches_an_adopted_job_whatever_the_run_looks_like(
    project: Project, emulator: Emulator
) -> None:
    seed(emulator, "adopted", "1600000001000")
    project.configure({"push": PUSH}, rules={"over": RULE})
    first = project.preview("--save-plan", "plan.json").text
    assert re.search(r"except\s*: \[\s*\[0\]: \"d2abcdefgh1234/prod/adopted\"", first), first
    assert "matches" not in first
    project.up("--plan", "plan.json")
    assert "3 unchanged" in project.up().text
    seed(emulator, "newer", "1600000002000")
    emulator.set_job("d2abcdefgh1234", "prod", "adopted", status="RUNNING")
    target = "urn:pulumi:dev::amplify-jobs::pulumi-python:dynamic/amplify:BackendJobRule::over"
    emulator.clear_requests()
    project.apply("--refresh=false", "--target", target)
    assert [request.job_id for request in emulator.requests("UpdateBackendJob")] == ["newer"]
    seed(emulator, "newest", "1600000003000")
    emulator.clear_requests()
    project.up("--refresh=false")
    updates = {(each.job_id, str(each.body)) for each in emulator.requests("UpdateBackendJob")}
    assert updates == {
        ("adopted", "{'status': 'FAILED'}"),
        ("newest", "{'status': 'COMPLETED'}"),
    }
    assert "3 unchanged" in project.up().text


def test_a_rule_alone_is_refused_while_the_latest_job_is_not_adopted(
    project: Project, emulator: Emulator
) -> None:
    seed(emulator, "new", "1600000001000")
    project.configure({"push": PUSH}, rules={"over": RULE})
    rule, push = (
        f"urn:pulumi:dev::amplify-jobs::pulumi-python:dynamic/amplify:{kind}"
        for kind in ("BackendJobRule::over", "BackendJob::push")
    )
    for arguments, said in (
        ([], f"depends on '{push}'"),
        (["--skip-preview"], "except[0] is an output of a resource that has not been created"),
    ):
        refused = project.up(*arguments, "--target", rule, expect=None)
        assert refused.code != 0
        assert said in refused.text
        assert "Traceback" not in refused.text
    assert emulator.requests("UpdateBackendJob") == []
    project.apply()
    assert [request.job_id for request in emulator.requests("UpdateBackendJob")] == ["new"]
