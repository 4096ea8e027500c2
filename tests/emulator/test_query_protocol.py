"""What the emulator's STS answers to parameters, forms and calls that it can't take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel, StructureShape
from botocore.parsers import create_parser

from pulumi_amplify_jobs.emulator import Emulator

from .clients import role

A = "111122223333"


@pytest.fixture
def accounts() -> Iterator[Emulator]:
    with Emulator(seed={"accounts": {A: {}}}) as emulator:
        yield emulator


def post(emulator: Emulator, **form: str) -> httpx.Response:
    header = "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/sts/aws4_request"
    return httpx.post(emulator.url, data=form, headers={"Authorization": header})


def assume(emulator: Emulator, **form: str) -> httpx.Response:
    wanted = {"RoleArn": role(A), "RoleSessionName": "run", **form}
    return post(emulator, Action="AssumeRole", Version="2011-06-15", **wanted)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (
            {"RoleSessionName": "a b"},
            "1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy "
            r"constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*",
        ),
        (
            {"RoleSessionName": "ü" * 65},
            f"2 validation errors detected: Value '{'ü' * 65}' at 'roleSessionName' failed to "
            "satisfy constraint: Member must have length less than or equal to 64; "
            f"Value '{'ü' * 65}' at 'roleSessionName' failed to satisfy constraint: Member must "
            r"satisfy regular expression pattern: [\w+=,.@-]*",
        ),
        (
            {"RoleSessionName": "x"},
            "1 validation error detected: Value 'x' at 'roleSessionName' failed to satisfy "
            "constraint: Member must have length greater than or equal to 2",
        ),
        (
            {"RoleArn": "short"},
            "1 validation error detected: Value 'short' at 'roleArn' failed to satisfy "
            "constraint: Member must have length greater than or equal to 20",
        ),
        ({"RoleArn": f"arn:aws:iam::{A}:user/amplify-jobs"}, "Request ARN is invalid"),
        (
            {"DurationSeconds": "899"},
            "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy "
            "constraint: Member must have value greater than or equal to 900",
        ),
        (
            {"DurationSeconds": "43201"},
            "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy "
            "constraint: Member must have value less than or equal to 43200",
        ),
        (
            {"Tags.member.2.Key": "a", "Tags.member.1.Key": "<", "Tags.member.1.Value": "b"},
            "2 validation errors detected: Value '<' at 'tags.1.member.key' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: "
            r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+; Value null at 'tags.2.member.value' failed to satisfy "
            "constraint: Member must not be null",
        ),
    ],
)
def test_parameters_are_held_to_the_model(
    accounts: Emulator, form: dict[str, str], said: str
) -> None:
    answer = assume(accounts, **form)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/xml")
    model = ServiceModel(Loader().load_service_model("sts", "service-2"))
    parsed = parsed_error(answer, model)
    assert (parsed["Code"], parsed["Message"]) == ("ValidationError", said)


def parsed_error(answer: httpx.Response, model: ServiceModel) -> dict[str, str]:
    shape = model.operation_model("AssumeRole").output_shape
    assert isinstance(shape, StructureShape)
    response = {
        "body": answer.content,
        "headers": answer.headers,
        "status_code": answer.status_code,
    }
    parsed: dict[str, Any] = create_parser("query").parse(response, shape)
    assert parsed["ResponseMetadata"]["RequestId"] == answer.headers["x-amzn-requestid"]
    error: dict[str, str] = parsed["Error"]
    return error


def test_what_is_missing_is_named(accounts: Emulator) -> None:
    answer = post(accounts, Action="AssumeRole", Version="2011-06-15")
    for name in ("roleArn", "roleSessionName"):
        assert f"Value null at '{name}' failed to satisfy constraint" in answer.text
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("form", "status", "code", "said"),
    [
        ({"Action": "Nothing"}, 400, "InvalidAction", "Could not find operation Nothing for "),
        ({}, 400, "InvalidAction", "Could not find operation  for version 2011-06-15"),
        (
            {"Action": "GetSessionToken"},
            501,
            "UnsupportedOperation",
            "The emulator does not know GetSessionToken: AssumeRole, GetCallerIdentity only",
        ),
        (
            {"Action": "AssumeRole", "DurationSeconds": "soon"},
            400,
            "MalformedInput",
            "durationSeconds is not an integer",
        ),
        (
            {"Action": "AssumeRole", f"Tags.member.{'1' * 5000}.Key": "a"},
            400,
            "ValidationError",
            "Value null at 'roleArn' failed to satisfy constraint",
        ),
    ],
)
def test_what_is_no_call_is_an_error(
    accounts: Emulator, form: dict[str, str], status: int, code: str, said: str
) -> None:
    answer = post(accounts, **form)
    assert answer.status_code == status
    assert f"<Code>{code}</Code>" in answer.text
    assert said in answer.text
    assert accounts.requests()[0].status == status


def test_without_accounts_there_is_no_sts(emulator: Emulator) -> None:
    answer = assume(emulator)
    assert answer.status_code == 404
    assert answer.headers["x-amzn-errortype"] == "UnknownOperationException"
    assert answer.json() == {
        "message": "Neither AmplifyBackend nor AWS Amplify has an operation at POST /"
    }


@pytest.mark.parametrize("body", [b"\xff", b"Action", b"&".join([b"a.b.c=1"] * 9), b"a=1&a.b=2"])
def test_a_form_that_is_none_is_an_error(accounts: Emulator, body: bytes) -> None:
    answer = httpx.post(accounts.url, content=body)
    assert (answer.status_code, "<Code>InvalidAction</Code>" in answer.text) == (400, True)
