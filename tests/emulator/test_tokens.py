"""The emulator's STS: whose credentials it lends, for how long, and what it refuses."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ServiceModel, StructureShape
from botocore.parsers import create_parser

from pulumi_amplify_jobs.emulator import Credentials, Emulator

from .clients import Keys, role
from .conftest import DEV, job
from .test_signatures import Skewed

A, B, C, DEFAULT = "111122223333", "444455556666", "777788889999", "123456789012"
SEED: dict[str, Any] = {
    "accounts": {
        A: {"eu-west-1": {"jobs": [job(status="A")]}},
        B: {"eu-west-1": {"jobs": [job(status="B")]}},
        C: {},
    },
    "keys": {"AKIDOFC": C},
    "roles": [
        {"roleArn": role(B, "closed"), "principals": []},
        {"roleArn": role(B, "from-a"), "principals": [A]},
        {"roleArn": role(B, "from-hop"), "principals": [role(A, "hop")]},
        {"roleArn": role(B, "outside"), "externalId": "made-up-id"},
    ],
}


@pytest.fixture
def accounts() -> Iterator[Emulator]:
    with Emulator(seed=SEED) as emulator:
        yield emulator


@pytest.fixture
def hub(accounts: Emulator) -> Keys:
    return Keys(accounts.url)


def status(keys: Keys) -> str | None:
    return keys.jobs().get_backend_job(**DEV, JobId="j").get("Status")


def identity(keys: Keys) -> tuple[str, str]:
    answer = keys.sts().get_caller_identity()
    return answer["Account"], answer["Arn"]


def refused(keys: Keys, call: str = "assume_role", **given: Any) -> tuple[str, str, int]:
    """Return the code, the message and the HTTP status of a call that fails."""
    with pytest.raises(ClientError) as caught:
        getattr(keys.sts(), call)(**given)
    error = caught.value.response["Error"]
    return (
        error["Code"],
        error["Message"],
        caught.value.response["ResponseMetadata"]["HTTPStatusCode"],
    )


def post(emulator: Emulator, **form: str) -> httpx.Response:
    header = "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/sts/aws4_request"
    return httpx.post(emulator.url, data=form, headers={"Authorization": header})


def assume(emulator: Emulator, **form: str) -> httpx.Response:
    wanted = {"RoleArn": role(A), "RoleSessionName": "run", **form}
    return post(emulator, Action="AssumeRole", Version="2011-06-15", **wanted)


def test_the_identity_is_that_of_the_key_and_then_of_the_role(hub: Keys) -> None:
    assert identity(hub) == (DEFAULT, f"arn:aws:iam::{DEFAULT}:user/AKIDEXAMPLE")
    assert identity(Keys(hub.url, "AKIDOFC")) == (C, f"arn:aws:iam::{C}:user/AKIDOFC")
    a = hub.assume(role(A), "ci@run-7")
    assert identity(a) == (A, f"arn:aws:sts::{A}:assumed-role/amplify-jobs/ci@run-7")
    assert status(a) == "A"


def test_roles_are_assumed_one_from_the_other(hub: Keys) -> None:
    b = hub.assume(role(A, "hop")).assume(role(B, "path/to/deploy"), "last")
    assert identity(b) == (B, f"arn:aws:sts::{B}:assumed-role/deploy/last")
    assert status(b) == "B"
    assert identity(b.assume(role(DEFAULT, "back")))[0] == DEFAULT


def test_an_answer_is_whole_and_says_when_it_ends(accounts: Emulator, hub: Keys) -> None:
    before = time.time()
    answer = hub.sts().assume_role(
        RoleArn=role(A),
        RoleSessionName="run",
        DurationSeconds=900,
        SourceIdentity="ann",
        Tags=[{"Key": "team ü", "Value": ""}],
        TransitiveTagKeys=["team ü"],
        PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
    )
    given = answer["Credentials"]
    assert 899 <= given["Expiration"].timestamp() - before < 900 + 60
    assert (given["AccessKeyId"][:4], len(given["AccessKeyId"])) == ("ASIA", 20)
    user = answer["AssumedRoleUser"]
    assert user["AssumedRoleId"] == hub.assume(role(A)).sts().get_caller_identity()["UserId"]
    assert user["Arn"] == f"arn:aws:sts::{A}:assumed-role/amplify-jobs/run"
    assert answer["SourceIdentity"] == "ann"
    request_id = answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
    assert answer["ResponseMetadata"]["RequestId"] == request_id


def test_no_two_sessions_have_the_same_credentials(hub: Keys) -> None:
    sessions = [hub.assume(role(A)) for _ in range(3)]
    for part in ("access_key", "secret_key", "token"):
        assert len({getattr(each, part) for each in sessions}) == 3


@pytest.mark.parametrize(
    ("name", "through", "gets_in"),
    [
        ("closed", None, False),
        ("from-a", None, False),
        ("from-a", "any", True),
        ("from-hop", "any", False),
        ("from-hop", "hop", True),
        ("outside", None, False),
    ],
)
def test_a_listed_role_is_for_those_that_it_trusts(
    hub: Keys, name: str, through: str | None, gets_in: bool
) -> None:
    caller = hub.assume(role(A, through)) if through else hub
    if gets_in:
        assert identity(caller.assume(role(B, name)))[0] == B
        return
    who = f"sts::{A}:assumed-role/{through}/run" if through else f"iam::{DEFAULT}:user/AKIDEXAMPLE"
    assert refused(caller, RoleArn=role(B, name), RoleSessionName="run") == (
        "AccessDenied",
        f"User: arn:aws:{who} is not authorized to perform: sts:AssumeRole on resource: "
        f"{role(B, name)}",
        403,
    )


def test_an_external_id_opens_its_role(hub: Keys) -> None:
    wanted: dict[str, Any] = {"RoleArn": role(B, "outside"), "RoleSessionName": "run"}
    assert hub.sts().assume_role(**wanted, ExternalId="made-up-id")["Credentials"]
    assert refused(hub, **wanted, ExternalId="another")[0] == "AccessDenied"


def test_a_role_of_an_unknown_account_is_refused(hub: Keys) -> None:
    wanted = role("999999999999")
    assert refused(hub, RoleArn=wanted, RoleSessionName="run")[0] == "AccessDenied"


def test_credentials_end_and_new_ones_are_lent(accounts: Emulator, hub: Keys) -> None:
    a = hub.assume(role(A), seconds=900)
    accounts.advance("899s")
    assert status(a) == "A"
    accounts.advance("1s")
    with pytest.raises(ClientError) as caught:
        status(a)
    assert caught.value.response["Error"] == {
        "Code": "ExpiredTokenException",
        "Message": "The security token included in the request is expired",
    }
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    expired = ("ExpiredToken", "The security token included in the request is expired", 403)
    assert refused(a, "get_caller_identity") == expired
    assert refused(a, RoleArn=role(B), RoleSessionName="run") == expired
    assert status(hub.assume(role(A), seconds=900)) == "A"


def test_a_clock_of_the_test_s_own_ends_credentials() -> None:
    clock = Skewed(-600)
    with Emulator(seed=SEED, clock=clock) as emulator:
        hub = Keys(emulator.url)
        a = hub.assume(role(A), seconds=900)
        assert status(a) == "A"
        clock.by = 301
        with pytest.raises(ClientError, match="ExpiredTokenException"):
            status(a)
        assert status(hub.assume(role(A), seconds=900)) == "A"


def test_a_client_renews_what_is_about_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Skewed(-600)
    with Emulator(seed=SEED, clock=clock) as emulator:
        (tmp_path / "config").write_text(
            f"[profile a]\nrole_arn = {role(A)}\ncredential_source = Environment\n"
            "duration_seconds = 900\n"
        )
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
        monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
        session = boto3.Session(profile_name="a", region_name="eu-west-1")
        client = session.client("amplifybackend")
        client.get_backend_job(**DEV, JobId="j")
        clock.by = 600
        for _ in range(2):
            client.get_backend_job(**DEV, JobId="j")
        signed = [each.access_key_id for each in emulator.requests("GetBackendJob")]
        assert len(emulator.requests("AssumeRole")) == 2
        assert signed[0] != signed[1] == signed[2]


def test_an_end_is_told_by_the_clock_of_the_clients(accounts: Emulator, hub: Keys) -> None:
    accounts.advance("40h")
    answer = hub.sts().assume_role(RoleArn=role(A), RoleSessionName="run", DurationSeconds=900)
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta() < left <= datetime.timedelta(seconds=900)


@pytest.mark.parametrize(("seconds", "gets_in"), [(3600, True), (3601, False)])
def test_a_chain_of_roles_ends_after_an_hour(hub: Keys, seconds: int, gets_in: bool) -> None:
    a = hub.assume(role(A), seconds=43200)
    if gets_in:
        assert a.assume(role(B), seconds=seconds)
        return
    found = refused(a, RoleArn=role(B), RoleSessionName="run", DurationSeconds=seconds)
    assert found == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
        "chaining",
        400,
    )


def test_a_session_is_known_by_all_three_of_its_parts(hub: Keys) -> None:
    a, other = hub.assume(role(A)), hub.assume(role(A))
    invalid = "The security token included in the request is invalid."
    for token in (None, "made-up", other.token):
        wrong = Keys(hub.url, a.access_key, a.secret_key, token)
        with pytest.raises(ClientError) as caught:
            status(wrong)
        error = caught.value.response["Error"]
        assert (error["Code"], error["Message"]) == ("UnrecognizedClientException", invalid)
        assert refused(wrong, "get_caller_identity") == ("InvalidClientTokenId", invalid, 403)
    wrong = Keys(hub.url, a.access_key, other.secret_key, a.token)
    with pytest.raises(ClientError, match="InvalidSignatureException"):
        status(wrong)
    assert refused(wrong, "get_caller_identity")[0] == "SignatureDoesNotMatch"


def test_a_session_gets_in_where_signatures_are_checked() -> None:
    credentials = Credentials("AKIDEXAMPLE", "made-up")
    with Emulator(seed=SEED, credentials=credentials) as emulator:
        hub = Keys(emulator.url)
        assert status(hub.assume(role(A))) == "A"
        for stranger, code in (
            (Keys(emulator.url, "AKIDOFC"), "InvalidClientTokenId"),
            (Keys(emulator.url, secret_key="another"), "SignatureDoesNotMatch"),
        ):
            assert refused(stranger, "get_caller_identity")[0] == code
        answer = httpx.post(emulator.url, data={"Action": "GetCallerIdentity"})
        assert answer.status_code == 403
        assert "<Code>MissingAuthenticationToken</Code>" in answer.text


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


def test_no_fault_strikes_sts(accounts: Emulator, hub: Keys) -> None:
    accounts.fault("drop")
    assert identity(hub.assume(role(A)))[0] == A
