"""Rules under the plugin: what they find, name, write and never touch."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host, Problem
from tests.samples import APP, job

from .ruled import FAST, RULE, Ruled, settled
from .stack import problem_of, updates

PROGRAM = f"""
from pulumi_amplify_jobs import BackendJob, BackendJobRule

named = BackendJob(
    "named", app_id="{APP}", backend_environment_name="prod", job_id="1", status="COMPLETED"
)
BackendJobRule(
    "stuck",
    apps=["*"],
    environments=["*"],
    match={{"status": "RUNNING"}},
    set={{"status": "FAILED"}},
    limit=20,
    except_=[named.id],
)
"""
FAILED = {"status": "FAILED"}


@pytest.mark.also_without_frames
def test_a_preview_names_every_match_and_an_up_settles_exactly_those(
    ruled: Ruled, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2", app="dother"), job("3", status="COMPLETED")])
    host = ruled(stuck=RULE)
    step = host.preview().steps["stuck"]
    assert step.operation == "create"
    assert set(step.inputs["matches"]) == {f"{APP}/prod/1", "dother/prod/2"}
    assert step.inputs["matches"]["dother/prod/2"] == {
        "created": "2025-11-24T00:00:00Z",
        "from": {
            "operation": "UpdateBackendAPI",
            "status": "RUNNING",
            "updated": "2025-11-24T00:00:00Z",
        },
        "to": FAILED,
    }
    assert updates(emulator) == []
    host.up()
    assert updates(emulator) == [FAILED, FAILED]
    assert set(settled(host)) == {f"{APP}/prod/1", "dother/prod/2"}


def test_when_nothing_matches_nothing_changes_however_often_it_runs(
    ruled: Ruled, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    host = ruled(stuck=RULE)
    host.up()
    for _ in range(2):
        assert host.preview().changes == {}
        assert host.up().changes == {}
    assert len(updates(emulator)) == 1


def test_a_job_that_hangs_again_is_a_change(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    host = ruled(stuck=RULE)
    host.up()
    emulator.set_job(APP, "prod", "1", status="RUNNING")
    assert host.preview().changes == {"stuck": "update"}
    host.up()
    assert settled(host) == [f"{APP}/prod/1"] * 2


def test_a_changed_rule_that_matches_nothing_promises_no_old_match(
    ruled: Ruled, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    ruled(stuck=RULE).up()
    host = ruled(stuck={**RULE, "limit": 30})
    step = host.preview().steps["stuck"]
    assert (step.operation, step.inputs["limit"]) == ("update", 30)
    assert "matches" not in step.inputs
    host.up()
    assert len(updates(emulator)) == 1
    assert settled(host) == [f"{APP}/prod/1"]
    for _ in range(2):
        assert host.preview().changes == {}
        assert host.up().changes == {}


def test_a_job_that_is_declared_by_name_is_never_touched(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    named = {"appId": APP, "backendEnvironmentName": "prod", "jobId": "1", "status": "RUNNING"}
    host = ruled({"named": named}, stuck=RULE)
    assert "matches" not in host.up().steps["stuck"].inputs
    assert updates(emulator) == []


def test_an_exception_is_never_touched(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    ruled(stuck={**RULE, "except": [f"{APP}/prod/1"]}).up()
    assert updates(emulator) == []


def test_what_a_program_will_know_only_later_is_unknown_in_the_preview(
    host: Host, project: Path, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2")])
    (project / "__main__.py").write_text(PROGRAM)
    host.config = FAST
    preview = host.preview()
    step = preview.steps["stuck"]
    assert step.inputs["limit"] == 20
    assert step.inputs["match"] == {"status": ["RUNNING"]}
    [warning] = preview.warnings
    assert warning.startswith("except will be known only in the update")
    assert "matches" not in step.inputs
    host.up()
    assert updates(emulator) == [{"status": "COMPLETED"}, FAILED]
    assert settled(host) == [f"{APP}/prod/2"]
    assert host.up().changes == {}


def test_an_output_of_a_resource_that_a_run_leaves_out_is_named(
    host: Host, project: Path, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    (project / "__main__.py").write_text(PROGRAM.replace("[named.id]", "['d1/a/7', None]"))
    host.config = FAST
    problem = problem_of(host.up)
    assert (problem.resource, problem.property) == ("stuck", "except")
    assert problem.message == (
        "except[1] is an output of a resource that has not been created yet and is left out of "
        "this "
        "run by --target or --exclude: include it, too"
    )


def test_more_matches_than_the_limit_are_an_error_and_nothing_is_written(
    ruled: Ruled, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2")])
    problem = problem_of(ruled(stuck={**RULE, "limit": 1}).up)
    assert (problem.resource, problem.property) == ("stuck", "limit")
    assert "stuck: 2 jobs match, more than the limit of 1, so nothing is written" in problem.message
    assert updates(emulator) == []


@pytest.mark.also_without_frames
def test_two_rules_that_claim_the_same_job_are_an_error_that_names_both(
    ruled: Ruled, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    other = {**RULE, "match": {"status": "RUNNING"}}
    problem = problem_of(ruled(stuck=RULE, running=other).preview)
    assert "stuck and running both match" in problem.message or (
        "running and stuck both match" in problem.message
    )
    assert f"{APP}/prod/1" in problem.message


def test_one_job_that_fails_does_not_stop_the_others(
    ruled: Ruled, emulator: Emulator, frames: bool
) -> None:
    emulator.seed([job(name) for name in "12345"])
    emulator.fault("denied", operation="UpdateBackendJob", times=2)
    host = ruled(stuck=RULE)
    problem = problem_of(host.up)
    assert (
        "stuck: 2 of 5 jobs not settled yet, the next run takes those that still match"
        in problem.message
    )
    assert "amplifybackend:UpdateBackendJob" in problem.message
    assert len(settled(host)) == (3 if frames else 0)
    emulator.clear_requests()
    host.up()
    assert len(updates(emulator)) == 2
    assert len(settled(host)) == (5 if frames else 2)
    assert host.up().changes == {}


def test_what_was_left_and_went_by_itself_is_no_reason_to_fail_again(
    ruled: Ruled, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    emulator.fault("denied", operation="UpdateBackendJob", times=1)
    host = ruled(stuck=RULE)
    problem_of(host.up)
    emulator.set_job(APP, "prod", "1", status="COMPLETED")
    emulator.clear_requests()
    host.up()
    assert updates(emulator) == []
    assert host.up().changes == {}


@pytest.mark.parametrize("created", ["soon", "", "9999999999999"])
def test_a_time_that_cant_be_used_is_a_warning_never_a_match(
    ruled: Ruled, emulator: Emulator, created: str
) -> None:
    emulator.seed([{**job("1"), "createTime": created}])
    run = ruled(stuck=RULE).up()
    assert updates(emulator) == []
    assert any("would match, but its createTime is" in each for each in run.warnings)


def test_ages_stand_in_the_log(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    run = ruled(stuck=RULE).preview()
    lines = [line.message for line in run.log if line.resource == "stuck"]
    assert any("UpdateBackendAPI, RUNNING => FAILED" in line and " old" in line for line in lines)


@pytest.mark.parametrize("operation", ["ListApps", "ListBackendEnvironments", "ListBackendJobs"])
def test_a_refused_list_is_a_failure_of_the_preview(
    ruled: Ruled, emulator: Emulator, operation: str
) -> None:
    emulator.seed([job("1")])
    emulator.fault("denied", operation=operation)
    problem: Problem = problem_of(ruled(stuck=RULE).preview)
    assert problem.property == "apps"
    assert operation in problem.message


def test_throttled_lists_are_ridden_out(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    for operation in ("ListApps", "ListBackendEnvironments", "ListBackendJobs"):
        emulator.fault("429", operation=operation, times=1)
    assert set(ruled(stuck=RULE).preview().steps["stuck"].inputs["matches"]) == {f"{APP}/prod/1"}


def test_named_apps_need_no_list_of_all(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2", app="dother")])
    step = ruled(stuck={**RULE, "apps": [APP]}).preview().steps["stuck"]
    assert set(step.inputs["matches"]) == {f"{APP}/prod/1"}
    assert emulator.requests("ListApps") == []


def test_a_wrong_rule_is_told_before_any_call(ruled: Ruled, emulator: Emulator) -> None:
    problem = problem_of(ruled(stuck={key: RULE[key] for key in RULE if key != "limit"}).preview)
    assert "stuck: limit is missing" in problem.message
    assert emulator.requests() == []


def test_destroy_writes_nothing(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    host = ruled(stuck=RULE)
    host.up()
    emulator.set_job(APP, "prod", "1", status="RUNNING")
    emulator.clear_requests()
    host.destroy()
    assert emulator.requests() == []


def test_a_refresh_makes_no_call_for_a_rule(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    host = ruled(stuck=RULE)
    host.up()
    emulator.clear_requests()
    host.refresh()
    assert emulator.requests() == []


def test_a_refresh_of_a_rule_outlives_the_config_of_the_last_update(
    project: Path, ruled: Ruled, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    (project / "more.yaml").write_text("jobs: {}\n")
    host = ruled(stuck=RULE)
    host.config["amplify-jobs:include"] = ["more.yaml"]
    host.up()
    (project / "more.yaml").unlink()
    del host.config["amplify-jobs:include"]
    assert host.preview(refresh=True).changes == {}
    host.destroy(refresh=True)
    assert host.resources == {}


def test_waiting_under_a_rule_is_over_when_the_job_shows_it(
    ruled: Ruled, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2")])
    host = ruled(stuck={**RULE, "wait": {"timeout": "20s"}})
    host.up()
    assert len(settled(host)) == 2


def test_a_rule_that_can_not_see_the_included_jobs_claims_none(
    tmp_path: Path, emulator: Emulator
) -> None:
    """A program beside its project: the provider can't know where the included files lie."""
    emulator.seed([job("1")])
    root, program = tmp_path / "project", tmp_path / "program"
    for folder in (root, program):
        folder.mkdir()
    (root / "Pulumi.yaml").write_text("name: far\nruntime: python\nmain: ../program\n")
    (root / "jobs.yaml").write_text(
        f"jobs: {{a: {{appId: {APP}, backendEnvironmentName: prod, jobId: '1', status: RUNNING}}}}"
    )
    (program / "__main__.py").write_text(
        "from pulumi_amplify_jobs import program\n\nprogram.run()\n"
    )
    with Host(root, endpoint=emulator.url) as host:
        host.config = {**FAST, "amplify-jobs:include": ["jobs.yaml"]}
        assert host.up().steps["a"].operation == "create"
        host.config["amplify-jobs:rules"] = {"stuck": RULE}
        problem = problem_of(host.up)
    assert "rules can't see the jobs of amplify-jobs:include" in problem.message
    assert emulator.requests("UpdateBackendJob") == []


@pytest.mark.also_without_frames
def test_a_name_with_colons_is_one_name(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    host = ruled(**{"team::stuck": RULE})
    host.up()
    assert [each.status for each in emulator.jobs()] == ["FAILED"]
    assert settled(host, "team::stuck") == [f"{APP}/prod/1"]
