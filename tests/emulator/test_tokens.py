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

from pulumi_amplify_jobs.emulator import Credentials, Emulator
from tests.shifted_clock import ShiftedClock

from .clients import Keys, role
from .conftest import DEV, job

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


def test_credentials_end_and_new_ones_are_lent() -> None:
    began = time.time()
    with Emulator(seed=SEED, clock=lambda: began) as accounts:
        hub = Keys(accounts.url)
        a = hub.assume(role(A), seconds=900)
        accounts.advance("899s")
        assert status(a) == "A"
        accounts.advance("1s")
        with pytest.raises(ClientError) as caught:
            status(a)
        expired = ("ExpiredToken", "The security token included in the request is expired", 403)
        assert refused(a, "get_caller_identity") == expired
        assert refused(a, RoleArn=role(B), RoleSessionName="run") == expired
        assert status(hub.assume(role(A), seconds=900)) == "A"
    assert caught.value.response["Error"] == {
        "Code": "ExpiredTokenException",
        "Message": "The security token included in the request is expired",
    }
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_clock_of_the_test_s_own_ends_credentials() -> None:
    clock = ShiftedClock(-600)
    with Emulator(seed=SEED, clock=clock) as emulator:
        hub = Keys(emulator.url)
        a = hub.assume(role(A), seconds=900)
        assert status(a) == "A"
        clock.ahead = 301
        with pytest.raises(ClientError, match="ExpiredTokenException"):
            status(a)
        assert status(hub.assume(role(A), seconds=900)) == "A"


def test_a_client_renews_what_is_about_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ShiftedClock(-600)
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
        clock.ahead = 600
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


def test_no_fault_strikes_sts(accounts: Emulator, hub: Keys) -> None:
    accounts.fault("drop")
    assert identity(hub.assume(role(A)))[0] == A
