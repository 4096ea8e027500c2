"""Keys of jobs that read alike: each is a job of its own, in every place where a key is a text."""

from __future__ import annotations

from dataclasses import replace

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host
from tests.samples import job

from .ruled import RULE, Ruled, settled
from .stack import Stack, updates

FAILED = {"status": "FAILED"}
ALIKE = [job("y", app="d1", environment="prod/x"), job("x/y", app="d1")]
"""Two jobs whose parts, put one after the other with slashes between, read the same."""


def written(emulator: Emulator) -> set[tuple[str | None, str | None]]:
    """Return the environment and the job of every update that the emulator was sent."""
    return {
        (each.backend_environment_name, each.job_id)
        for each in emulator.requests("UpdateBackendJob")
    }


def declared(environment: str, job_id: str) -> dict[str, str]:
    return {
        "app_id": "d1",
        "backend_environment_name": environment,
        "job_id": job_id,
        "status": "FAILED",
    }


def test_jobs_that_read_alike_are_two_matches(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed(ALIKE)
    host = ruled(stuck=RULE)
    assert set(host.preview().steps["stuck"].inputs["matches"]) == {
        "d1/prod%2Fx/y",
        "d1/prod/x%2Fy",
    }
    host.up()
    assert written(emulator) == {("prod/x", "y"), ("prod", "x/y")}
    assert set(settled(host)) == {"d1/prod%2Fx/y", "d1/prod/x%2Fy"}


def test_a_job_with_a_slash_in_its_id_can_be_excepted(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed(ALIKE)
    ruled(stuck={**RULE, "except": ["d1/prod/x%2Fy"]}).up()
    assert written(emulator) == {("prod/x", "y")}


def test_the_latest_job_is_spared_by_a_rule_whatever_its_id(
    ruled: Ruled, emulator: Emulator
) -> None:
    emulator.seed(ALIKE)
    latest = {
        "appId": "d1",
        "backendEnvironmentName": "prod",
        "jobId": {"latest": {"status": "RUNNING"}},
        "status": "COMPLETED",
        "when": {"status": "PAUSED"},
    }
    host = ruled({"push": latest}, stuck=RULE)
    host.up()
    assert host.resources["stuck"].inputs["except"] == ["d1/prod/x%2Fy"]
    assert written(emulator) == {("prod/x", "y")}


def test_resources_of_jobs_that_read_alike_have_ids_of_their_own(
    stack: Stack, emulator: Emulator
) -> None:
    emulator.seed(ALIKE)
    stack.jobs.update(one=declared("prod/x", "y"), other=declared("prod", "x/y"))
    stack.up()
    assert stack.state["one"].id == "d1/prod%2Fx/y"
    assert stack.state["other"].id == "d1/prod/x%2Fy"


def recorded_before(host: Host, name: str, resource_id: str) -> None:
    """Give a resource the ID that an earlier release recorded."""
    old = host.snapshot.resources[host.resources[name].urn]
    host.snapshot.put(replace(old, id=resource_id))


def test_a_refresh_gives_a_job_that_was_recorded_before_its_new_id(
    stack: Stack, emulator: Emulator
) -> None:
    emulator.seed(ALIKE)
    stack.jobs["other"] = declared("prod", "x/y")
    stack.up()
    recorded_before(stack.host, "other", "d1/prod/x/y")
    assert stack.up()["other"].operation == "same"
    assert stack.state["other"].id == "d1/prod/x%2Fy"
    assert updates(emulator) == [FAILED]


def test_without_a_refresh_an_id_that_may_be_that_of_another_job_is_replaced(
    stack: Stack, emulator: Emulator
) -> None:
    """The old text of the job `x%2Fy` is the new text of the job `x/y`."""
    emulator.seed([job("x%2Fy", app="d1"), job("x/y", app="d1")])
    stack.jobs["other"] = declared("prod", "x%2Fy")
    stack.up()
    recorded_before(stack.host, "other", "d1/prod/x%2Fy")
    assert stack.up(refresh=False)["other"].operation == "replace"
    assert stack.state["other"].id == "d1/prod/x%252Fy"
    assert written(emulator) == {("prod", "x%2Fy")}
    assert stack.up(refresh=False)["other"].operation == "same"
