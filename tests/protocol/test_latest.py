"""`latest` in place of a job ID: found when planning, shown, and kept once adopted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host
from tests.samples import APP, ENVIRONMENT, job, rule

from .resources import wanted
from .ruled import Ruled
from .stack import Stack, problem_of, updates

PUSH: dict[str, Any] = {
    "appId": APP,
    "backendEnvironmentName": ENVIRONMENT,
    "jobId": {"latest": {"operation": "UpdateBackendAPI"}},
    "status": "FAILED",
}
FOLLOWING = {**PUSH, "jobId": {**PUSH["jobId"], "follow": True}}
PROGRAM = f"""
from pulumi_amplify_jobs import BackendJob

first = BackendJob(
    "first", app_id="{APP}", backend_environment_name="{ENVIRONMENT}", job_id="old", status="FAILED"
)
BackendJob(
    "push",
    app_id=first.id.apply(lambda _: "{APP}"),
    backend_environment_name="{ENVIRONMENT}",
    job_id={{"latest": {{"operation": "UpdateBackendAPI"}}}},
    status="FAILED",
)
"""
RULE = rule(
    match={"status": ["RUNNING", "FAILED"], "operation": "UpdateBackendAPI"},
    set={"status": "COMPLETED"},
    limit=5,
)
Configure = Callable[..., Host]


@pytest.fixture
def declare(ruled: Ruled) -> Configure:
    def configure(rules: dict[str, Any] | None = None, /, **jobs: Any) -> Host:
        return ruled(jobs, **rules or {})

    return configure


def created(job_id: str, time: str, **fields: Any) -> dict[str, str]:
    return {**job(job_id, **fields), "createTime": time, "updateTime": time}


def seed(emulator: Emulator) -> None:
    emulator.seed(
        [
            created("old", "1600000001000"),
            created("new", "1600000003000"),
            created("other", "1600000009000", operation="CloneBackend"),
        ]
    )


def test_the_preview_shows_the_id_and_the_up_adopts_it(
    declare: Configure, emulator: Emulator
) -> None:
    seed(emulator)
    host = declare(push=PUSH)
    step = host.preview().steps["push"]
    assert step.inputs["job_id"] == "new"
    assert step.inputs["latest"] == {"latest": {"operation": "UpdateBackendAPI"}}
    assert step.inputs["plan"]["from"]["status"] == "RUNNING"
    host.up()
    assert host.resources["push"].id == f"{APP}/{ENVIRONMENT}/new"
    assert [request.job_id for request in emulator.requests("UpdateBackendJob")] == ["new"]
    assert host.up().changes == {}


def test_an_adopted_job_stays_when_a_newer_one_comes(
    declare: Configure, emulator: Emulator
) -> None:
    seed(emulator)
    host = declare(push=PUSH)
    host.up()
    emulator.seed([created("newer", "1600000009000")])
    emulator.clear_requests()
    assert host.up().changes == {}
    assert updates(emulator) == []


def test_drift_of_an_adopted_job_is_seen(declare: Configure, emulator: Emulator) -> None:
    seed(emulator)
    host = declare(push=PUSH)
    host.up()
    emulator.set_job(APP, ENVIRONMENT, "new", status="RUNNING")
    step = host.preview(refresh=True).steps["push"]
    assert (step.operation, step.diff["status"]) == ("update", ("RUNNING", "FAILED"))
    assert "job_id" not in step.diff
    assert "latest" not in step.diff


def test_following_is_a_replacement_that_leaves_the_old_job_alone(
    declare: Configure, emulator: Emulator
) -> None:
    seed(emulator)
    host = declare(push=FOLLOWING)
    host.up()
    assert host.up().changes == {}
    emulator.seed([created("newer", "1600000009000")])
    emulator.clear_requests()
    step = host.preview().steps["push"]
    assert (step.operation, step.diff["job_id"]) == ("replace", ("new", "newer"))
    host.up()
    assert host.resources["push"].id == f"{APP}/{ENVIRONMENT}/newer"
    assert [request.job_id for request in emulator.requests("UpdateBackendJob")] == ["newer"]
    assert host.up().changes == {}


def test_from_latest_to_the_same_fixed_id_and_back_is_no_replacement(
    declare: Configure, emulator: Emulator
) -> None:
    seed(emulator)
    declare(push=PUSH).up()
    assert declare(push={**PUSH, "jobId": "new"}).up().changes == {"push": "update"}
    assert declare(push=PUSH).up().changes == {"push": "update"}
    assert len(updates(emulator)) == 1


def test_no_job_that_fits_is_an_error(declare: Configure, emulator: Emulator) -> None:
    seed(emulator)
    nothing = {**PUSH, "jobId": {"latest": {"operation": "DeleteBackend"}}}
    problem = problem_of(declare(push=nothing).preview)
    assert problem.property == "job_id"
    assert problem.message == (
        f"jobId of push ({APP}/{ENVIRONMENT}/(latest)): {APP}/{ENVIRONMENT} has no job with "
        "operation DeleteBackend; correct the filter, appId or backendEnvironmentName, or give "
        "an ID"
    )


def test_two_declarations_that_mean_the_same_job_are_told_by_both_names(
    declare: Configure, emulator: Emulator
) -> None:
    seed(emulator)
    fixed = {**PUSH, "jobId": "new"}
    problem = problem_of(declare(fixed=fixed, push=PUSH).preview)
    assert "push and fixed both refer to" in problem.message


def test_a_refused_list_is_a_failure_of_the_preview(declare: Configure, emulator: Emulator) -> None:
    seed(emulator)
    emulator.fault("denied", operation="ListBackendJobs")
    problem = problem_of(declare(push=PUSH).preview)
    assert problem.property == "job_id"
    assert "ListBackendJobs" in problem.message


def updated(emulator: Emulator) -> list[str]:
    return sorted(str(request.job_id) for request in emulator.requests("UpdateBackendJob"))


def test_a_rule_leaves_the_job_alone_that_is_about_to_be_adopted(
    declare: Configure, emulator: Emulator
) -> None:
    seed(emulator)
    host = declare({"over": RULE}, push=PUSH)
    step = host.preview().steps["over"]
    assert set(step.inputs["matches"]) == {f"{APP}/{ENVIRONMENT}/old"}
    assert step.inputs["except"] == [f"{APP}/{ENVIRONMENT}/new"]
    host.up()
    assert updated(emulator) == ["new", "old"]
    assert host.up().changes == {}


def test_an_adopted_job_whose_id_looks_like_a_pattern_spares_no_other(
    declare: Configure, emulator: Emulator
) -> None:
    emulator.seed([created("*", "1600000003000"), created("old", "1600000001000")])
    host = declare({"over": RULE}, push=PUSH)
    step = host.preview().steps["over"]
    assert step.inputs["except"] == [f"{APP}/{ENVIRONMENT}/%2A"]
    assert set(step.inputs["matches"]) == {f"{APP}/{ENVIRONMENT}/old"}
    host.up()
    assert updated(emulator) == ["*", "old"]
    assert host.up().changes == {}


@pytest.mark.parametrize("refresh", [True, False])
def test_a_rule_leaves_an_adopted_job_alone_and_takes_the_newer_ones(
    declare: Configure, emulator: Emulator, refresh: bool
) -> None:
    seed(emulator)
    declare(push=PUSH).up()
    emulator.seed([created("newer", "1600000009000")])
    emulator.clear_requests()
    host = declare({"over": RULE, "also": {**RULE, "apps": ["dother"]}}, push=PUSH)
    named = host.preview(refresh=refresh).steps["over"].inputs["matches"]
    assert set(named) == {f"{APP}/{ENVIRONMENT}/{name}" for name in ("old", "newer")}
    host.up(refresh=refresh)
    assert updated(emulator) == ["newer", "old"]
    assert host.up(refresh=refresh).changes == {}


def test_a_rule_keeps_the_exceptions_of_its_own(declare: Configure, emulator: Emulator) -> None:
    seed(emulator)
    except_old = {**RULE, "except": [f"{APP}/{ENVIRONMENT}/old"]}
    step = declare({"over": except_old}, push=PUSH).preview().steps["over"]
    assert step.inputs["except"] == [f"{APP}/{ENVIRONMENT}/{name}" for name in ("old", "new")]
    assert "matches" not in step.inputs


def test_rules_that_would_both_claim_an_adopted_job_have_no_dispute_and_no_change(
    declare: Configure, emulator: Emulator
) -> None:
    emulator.seed([created("new", "1600000003000")])
    host = declare({"one": RULE, "two": RULE}, push=PUSH)
    host.up()
    assert updated(emulator) == ["new"]
    assert host.preview().changes == {}
    assert host.up().changes == {}


def test_while_the_environment_is_unknown_so_is_the_id(
    host: Host, project: Path, emulator: Emulator
) -> None:
    seed(emulator)
    (project / "__main__.py").write_text(PROGRAM)
    host.config = {"aws:region": "eu-west-1"}
    step = host.preview().steps["push"]
    assert "latest" not in step.inputs
    assert step.inputs["job_id"] == step.inputs["app_id"] == step.inputs["plan"]  # unknown
    host.up()
    assert host.resources["push"].id == f"{APP}/{ENVIRONMENT}/new"
    assert host.up().changes == {}


@pytest.mark.parametrize("run", ["preview", "up"])
def test_what_a_run_writes_does_not_change_which_job_it_takes_for_the_latest(
    stack: Stack, emulator: Emulator, run: str
) -> None:
    emulator.seed(
        [
            created("old", "1600000001000", status="RUNNING"),
            created("new", "1600000003000", status="FAILED"),
        ]
    )
    stack.jobs["again"] = wanted("new", status="RUNNING")
    stack.jobs["push"] = {**wanted("old"), "job_id": {"latest": {"status": "RUNNING"}}}
    stack.jobs["push"]["status"] = "COMPLETED"
    steps = getattr(stack, run)()
    assert steps["push"].inputs["job_id"] == "old"
    assert steps["again"].inputs["plan"]["action"] == "update"
