"""Responses as botocore's parser hands them over: what counts as an answer, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_amplify_jobs.client.responses import (
    apps_from,
    environments_from,
    job_from,
    page_from,
    token_from,
    without_false_lists,
)
from pulumi_amplify_jobs.domain.jobs import App, ObservedJob
from pulumi_amplify_jobs.domain.keys import Environment, JobKey
from pulumi_amplify_jobs.errors import MalformedAnswerError

KEY = JobKey("d1", "prod", "4f1c", "shop")
NAMES = {"AppId": "d1", "BackendEnvironmentName": "prod", "JobId": "4f1c"}
ARN = "arn:aws:amplify:eu-west-1:123456789012:apps/d1"
EMPTY = "the response is empty or truncated: it names no job"


def refused(read: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(MalformedAnswerError) as raised:
        read(*arguments, "Call d1")
    prefix, _, reason = str(raised.value).partition(": ")
    assert prefix == "Call d1"
    return reason


def test_a_job_has_what_the_response_says_and_the_target_that_was_asked() -> None:
    fields = {"Operation": "Op", "Status": "S", "CreateTime": "1", "UpdateTime": "2"}
    assert job_from({**NAMES, **fields, "Error": "e"}, KEY, "Call") == ObservedJob(
        KEY, "Op", "S", "1", "2", "e"
    )
    assert job_from(NAMES, KEY, "Call") == ObservedJob(KEY)
    assert job_from({**NAMES, "Status": ""}, KEY, "Call") == ObservedJob(KEY, status="")


def test_texts_of_others_are_shown_as_they_may_be() -> None:
    answer = {**NAMES, "Status": "a\x1b[1m", "Error": "two\n lines  of AKIAIOSFODNN7EXAMPLE"}
    found = job_from(answer, KEY, "Call")
    assert found.status == "a%1B[1m"
    assert found.error is not None
    assert found.error.startswith("two lines of ")
    assert "AKIAIOSFODNN7EXAMPLE" not in found.error


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("value", [None, "", 5])
def test_a_response_that_names_no_job_is_none(field: str, value: object) -> None:
    answer = {**NAMES, field: value}
    assert refused(job_from, answer, KEY) == EMPTY
    assert refused(page_from, {"Jobs": [answer]}, KEY.environment, "shop") == EMPTY


@pytest.mark.parametrize("field", NAMES)
def test_a_response_for_another_job_is_none(field: str) -> None:
    answer = {**NAMES, field: "other"}
    said = f"the response is for another job, {'/'.join(answer.values())}"
    assert refused(job_from, answer, KEY) == said


@pytest.mark.parametrize(
    ("field", "ours"),
    [
        ("Operation", "operation"),
        ("Status", "status"),
        ("CreateTime", "create_time"),
        ("UpdateTime", "update_time"),
        ("Error", "error"),
    ],
)
def test_a_field_that_is_not_text_is_refused(field: str, ours: str) -> None:
    said = f"{ours} is not text in the response"
    assert refused(job_from, {**NAMES, field: 5}, KEY) == said
    assert refused(page_from, {"Jobs": [{**NAMES, field: []}]}, KEY.environment, "shop") == said


def test_a_page_has_its_jobs_and_the_next_token() -> None:
    assert page_from({"Jobs": [NAMES], "NextToken": "n"}, KEY.environment, "shop", "Call") == (
        [ObservedJob(KEY)],
        "n",
    )
    assert page_from({"Jobs": []}, KEY.environment, "shop", "Call") == ([], None)


@pytest.mark.parametrize("jobs", [None, "", {}, ()])
def test_a_page_without_a_list_is_refused(jobs: object) -> None:
    said = "the response has no list of jobs"
    assert refused(page_from, {"Jobs": jobs}, KEY.environment, "shop") == said


@pytest.mark.parametrize("place", [Environment("d1", "dev"), Environment("d2", "prod")])
def test_a_page_with_a_job_of_another_environment_is_refused(place: Environment) -> None:
    said = "the response is for another environment"
    assert refused(page_from, {"Jobs": [NAMES]}, place, "shop") == said


def test_a_token_is_text_or_there_is_no_next_page() -> None:
    page = {"Jobs": [], "NextToken": 5}
    said = "nextToken is not text in the response"
    assert refused(page_from, page, KEY.environment, "shop") == said
    assert token_from({"t": "x"}, "t", "Call") == "x"
    assert token_from({"t": ""}, "t", "Call") is None
    assert token_from({}, "t", "Call") is None
    assert refused(token_from, {"t": 5}, "t") == said


APP = {"appId": "d1", "name": "shop", "appArn": ARN, "tags": {"team": "web"}}


def test_apps_have_their_names_and_tags() -> None:
    assert apps_from({"apps": [APP], "nextToken": "n"}, "Call") == (
        [App("d1", "shop", {"team": "web"})],
        "n",
    )
    untagged = {**APP, "tags": None, "appArn": None}
    assert apps_from({"apps": [untagged]}, "Call") == ([App("d1", "shop", {})], None)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, "the response has no list of apps"),
        ({"apps": {}}, "the response has no list of apps"),
        ({"apps": [{**APP, "appId": ""}]}, "an app has no appId in the response"),
        ({"apps": [{**APP, "appId": 5}]}, "an app has no appId in the response"),
        ({"apps": [{**APP, "name": None}]}, "the app d1 has no name in the response"),
        ({"apps": [{**APP, "tags": {"team": 5}}]}, "the tags of d1 are not text"),
        ({"apps": [{**APP, "tags": {5: "web"}}]}, "the tags of d1 are not text"),
        ({"apps": [{**APP, "appArn": f"{ARN}1"}]}, "the response is for another app, d11"),
        ({"apps": [APP], "nextToken": 5}, "nextToken is not text in the response"),
    ],
)
def test_apps_that_are_none_are_refused(answer: dict[str, Any], said: str) -> None:
    assert refused(apps_from, answer) == said


ENVIRONMENT = {
    "environmentName": "prod",
    "backendEnvironmentArn": f"{ARN}/backendenvironments/prod",
}


@pytest.mark.parametrize("arn", [f"{ARN}/backendenvironments/prod:apps/d2", ARN, "odd", None])
def test_environments_have_names(arn: str | None) -> None:
    answer = {"backendEnvironments": [{**ENVIRONMENT, "backendEnvironmentArn": arn}]}
    assert environments_from(answer, "d1", "Call") == (["prod"], None)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"backendEnvironments": None}, "the response has no list of backendEnvironments"),
        (
            {"backendEnvironments": [{**ENVIRONMENT, "environmentName": ""}]},
            "an environment has no environmentName in the response",
        ),
        (
            {
                "backendEnvironments": [
                    {**ENVIRONMENT, "backendEnvironmentArn": "x:apps/d2/backendenvironments/prod"}
                ]
            },
            "the response is for another app, d2/backendenvironments/prod",
        ),
        (
            {"backendEnvironments": [ENVIRONMENT], "nextToken": 5},
            "nextToken is not text in the response",
        ),
    ],
)
def test_environments_that_are_none_are_refused(answer: dict[str, Any], said: str) -> None:
    assert refused(environments_from, answer, "d1") == said


@pytest.mark.parametrize("body", [{"jobs": ""}, {"jobs": {}}, {}, {"Jobs": []}])
def test_a_list_that_stands_nowhere_in_the_body_is_taken_out(body: dict[str, Any]) -> None:
    parsed: dict[str, Any] = {"Jobs": [], "NextToken": "n"}
    without_false_lists(parsed, {"body": json.dumps(body).encode()}, event_name="x")
    assert parsed == {"NextToken": "n"}


def test_an_empty_list_stays_and_a_full_one_is_not_looked_for() -> None:
    parsed: dict[str, Any] = {"Jobs": [], "Apps": [1], "NextToken": ""}
    without_false_lists(parsed, {"body": b'{"jobs": []}'})
    assert parsed == {"Jobs": [], "Apps": [1], "NextToken": ""}
    without_false_lists({"Jobs": [1]}, {"body": b"no JSON at all"})
    without_false_lists(None, {"body": b""})
    without_false_lists({"Jobs": []}, None)
