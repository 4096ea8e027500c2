"""Which job is meant where the program says `latest`: the one adopted before, or the newest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.runtime import rpc

from pulumi_amplify_jobs.dynamic.latest_id import with_id
from pulumi_amplify_jobs.dynamic.runtime import Runtime, Runtimes
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import ConfigError, JobMissingError
from tests.samples import APP, ENVIRONMENT, job

URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/amplify:BackendJob::push"
ASKED = {"latest": {"operation": "UpdateBackendAPI"}}
FOLLOWING = {**ASKED, "follow": True}
DECLARED: dict[str, Any] = {
    "app_id": APP,
    "backend_environment_name": ENVIRONMENT,
    "job_id": ASKED,
    "status": "FAILED",
}
ADOPTED = {**DECLARED, "job_id": "old", "latest": ASKED}


@pytest.fixture
def backend() -> Iterator[Emulator]:
    """An emulator for one test: what is read of one is remembered for the life of a process."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def runtime(backend: Emulator) -> Runtime:
    backend.seed(
        [
            {**job("old"), "createTime": "1600000001000"},
            {**job("new"), "createTime": "1600000003000"},
            {**job("other", operation="CloneBackend"), "createTime": "1600000009000"},
        ]
    )
    config = {"aws:region": "eu-west-1", "amplify-jobs:endpoint": backend.url}
    runtimes = Runtimes(config.get)
    runtimes.declaring(URN)
    return runtimes.now()


def asking(job_id: Any) -> dict[str, Any]:
    return {**DECLARED, "job_id": job_id}


def test_an_id_stays_as_it_is(runtime: Runtime, backend: Emulator) -> None:
    assert with_id(asking("4f1c"), {}, runtime, URN) == asking("4f1c")
    assert not backend.requests()


def test_the_newest_job_is_found_and_what_was_asked_is_kept(runtime: Runtime) -> None:
    assert with_id(DECLARED, {}, runtime, URN) == {**asking("new"), "latest": ASKED}


def test_an_adopted_job_stays_without_a_call(runtime: Runtime, backend: Emulator) -> None:
    assert with_id(DECLARED, ADOPTED, runtime, URN) == ADOPTED
    assert not backend.requests()


@pytest.mark.parametrize(
    "olds",
    [
        {**ADOPTED, "app_id": "d3abcdefgh1234"},
        {**ADOPTED, "backend_environment_name": "dev"},
        {**ADOPTED, "latest": {"latest": {}}},
        {**ADOPTED, "job_id": None},
    ],
    ids=["another app", "another environment", "another filter", "none"],
)
def test_another_question_is_asked_anew(runtime: Runtime, olds: dict[str, Any]) -> None:
    assert with_id(DECLARED, olds, runtime, URN)["job_id"] == "new"


def test_a_follower_moves_on_and_stays_where_no_job_fits(runtime: Runtime) -> None:
    adopted = {**ADOPTED, "latest": FOLLOWING}
    assert with_id(asking(FOLLOWING), adopted, runtime, URN)["job_id"] == "new"
    elsewhere = {"latest": {"operation": "ImportBackendAuth"}, "follow": True}
    adopted["latest"] = elsewhere
    assert with_id(asking(elsewhere), adopted, runtime, URN)["job_id"] == "old"


def test_where_no_job_fits_nothing_is_adopted(runtime: Runtime) -> None:
    with pytest.raises(JobMissingError) as raised:
        with_id(asking({"latest": {"status": "PENDING"}}), {}, runtime, URN)
    assert str(raised.value) == (
        f"jobId of push ({APP}/{ENVIRONMENT}/(latest)): {APP}/{ENVIRONMENT} has no job with status "
        "PENDING; correct the filter, appId or backendEnvironmentName, or give an ID"
    )


@pytest.mark.parametrize("field", ["app_id", "status", "job_id"])
def test_while_anything_is_unknown_so_is_the_id(
    runtime: Runtime, backend: Emulator, field: str
) -> None:
    unknown = {"latest": {"operation": rpc.UNKNOWN}} if field == "job_id" else rpc.UNKNOWN
    declared = {**DECLARED, field: unknown}
    assert with_id(declared, ADOPTED, runtime, URN) == {**declared, "job_id": rpc.UNKNOWN}
    assert not backend.requests()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"job_id": {"latest": {"state": "FAILED"}}},
            "unknown key jobId.latest.state: did you mean status?",
        ),
        (
            {"job_id": {"latest": 5.0}},
            "jobId.latest 5 is not a mapping: write its keys below it, or { key: value }",
        ),
        ({"target": 5.0}, "target 5 is neither a name nor a mapping: write one"),
        ({"target": ["shop"]}, 'target ["shop"] is neither a name nor a mapping: write one'),
        ({"target": "shop"}, "target shop is unknown: declare it below amplify-jobs:targets"),
    ],
)
def test_what_is_no_question_is_refused(
    runtime: Runtime, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        with_id({**DECLARED, **changes}, {}, runtime, URN)
    assert raised.value.problems == (said,)


def test_a_job_that_another_resource_has_is_refused(runtime: Runtime) -> None:
    with_id(DECLARED, {}, runtime, URN)
    assert with_id(DECLARED, {}, runtime, URN)["job_id"] == "new", "asked again, it is its own"
    with pytest.raises(ConfigError) as raised:
        with_id(DECLARED, {}, runtime, URN.replace("push", "again"))
    assert raised.value.problems == (
        f"again and push both refer to {APP}/{ENVIRONMENT}/new: narrow jobId.latest, or remove one",
    )
