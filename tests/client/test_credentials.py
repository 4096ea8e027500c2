"""Credentials that no request can carry: named at once, never shown, and nothing is sent."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from pulumi_amplify_jobs.client.credentials import header_problem
from pulumi_amplify_jobs.errors import CredentialsError
from pulumi_amplify_jobs.redaction import redacted
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import AssumeRole, Settings
from tests.client.conftest import KEY, REGION
from tests.client.scripted import Reply, Request, ScriptedServer, serving
from tests.client.stand_ins import amplify, sts
from tests.client.test_session import ROLES
from tests.fake_clock import FakeClock

CANARY = "Canary+0123456789/abcdef"
VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
PARTS = ("AccessKeyId", "SecretAccessKey", "SessionToken")


def refused(settings: Settings, server: ScriptedServer) -> str:
    """Return why a call is refused before anything is sent."""
    clock = FakeClock()
    with pytest.raises(CredentialsError) as caught:
        connect(settings, clock).jobs.get(KEY)
    assert clock.slept == []
    assert server.requests == []
    message = str(caught.value)
    assert CANARY[:6] not in message
    assert "999" not in message
    return message.removeprefix(f"GetBackendJob {KEY}: ")


@pytest.mark.parametrize("variable", [*VARIABLES, "AWS_SECURITY_TOKEN"])
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (f"{CANARY}\n", "ends in a line break"),
        (f"{CANARY}\r\n", "ends in a line break"),
        (f"{CANARY} ", "ends in whitespace"),
        (f"\t{CANARY}", "begins with whitespace"),
        (f"{CANARY}\n{CANARY}", "has a line break in it"),
        (f"{CANARY}\x07{CANARY}", "has a control character in it"),
        (f"{CANARY}\u00e9", "ends in a character that is not ASCII"),
        (f"\ufeff{CANARY}", "begins with a character that is not ASCII"),
    ],
)
def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, problem: str
) -> None:
    for name in VARIABLES[:2]:
        monkeypatch.setenv(name, CANARY)
    for name in ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    with serving(amplify) as server:
        settings = Settings(region=REGION, endpoint=server.url)
        assert refused(settings, server) == f"{variable} {problem}: remove it"
        # Nor is it sent to STS, which comes first where a role is to be assumed.
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
        in_role = Settings(region=REGION, endpoint=server.url, assume_roles=(AssumeRole(ROLES[0]),))
        assert refused(in_role, server) == f"{variable} {problem}: remove it"


def test_a_wrong_key_of_a_profile_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "credentials"
    path.write_text(
        f"[ops]\naws_access_key_id = {CANARY}\naws_secret_access_key = {CANARY} {CANARY}\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
    with serving(amplify) as server:
        settings = Settings(region=REGION, endpoint=server.url, profile="ops")
        expected = "aws_secret_access_key of the AWS profile ops has whitespace in it: remove it"
        assert refused(settings, server) == expected


def printing(answer: object, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a credential_process of the profile ops print an answer."""
    for name in (*VARIABLES, "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    (folder / "answer.json").write_text(json.dumps(answer))
    process = folder / "process"
    process.write_text(f"#!/bin/sh\ncat {folder}/answer.json\n")
    process.chmod(process.stat().st_mode | stat.S_IXUSR)
    (folder / "config").write_text(f"[profile ops]\ncredential_process = {process}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))


RIGHT = {"Version": 1, "AccessKeyId": CANARY, "SecretAccessKey": CANARY, "SessionToken": CANARY}

NUMBER = int("9" * 20)

WRONG = [
    *((key, NUMBER, "is a number: make it text") for key in PARTS),
    ("SecretAccessKey", 1.5, "is a number: make it text"),
    ("SecretAccessKey", 0, "is a number: make it text"),
    ("SessionToken", True, "is a boolean: make it text"),
    ("SecretAccessKey", [CANARY], "is a list: make it text"),
    ("SessionToken", {CANARY: CANARY}, "is an object: make it text"),
    ("AccessKeyId", None, "is missing or empty: set it"),
    ("SecretAccessKey", "", "is missing or empty: set it"),
    ("SessionToken", f"{CANARY}\n", "ends in a line break: remove it"),
]


@pytest.mark.parametrize(("key", "value", "problem"), WRONG)
def test_a_wrong_answer_of_a_credential_process_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, value: object, problem: str
) -> None:
    printing({**RIGHT, key: value}, tmp_path, monkeypatch)
    expected = f"{key} from credential_process of the AWS profile ops {problem}"
    with serving(amplify) as server:
        settings = Settings(region=REGION, endpoint=server.url, profile="ops")
        assert refused(settings, server) == expected
        # Nor does it sign what is sent to STS for a role.
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
        assert refused(replace(settings, assume_roles=(AssumeRole(ROLES[0]),)), server) == expected


@pytest.mark.parametrize("none", [None, ""])
def test_credentials_for_good_need_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, none: str | None
) -> None:
    printing({**RIGHT, "SessionToken": none}, tmp_path, monkeypatch)
    with serving(amplify) as server:
        settings = Settings(region=REGION, endpoint=server.url, profile="ops")
        assert connect(settings, FakeClock()).jobs.get(KEY) is not None
        assert "x-amz-security-token" not in server.requests[0].headers


@pytest.mark.parametrize(("key", "value", "problem"), WRONG)
def test_a_wrong_answer_of_a_container_is_named(
    monkeypatch: pytest.MonkeyPatch, key: str, value: object, problem: str
) -> None:
    for name in (*VARIABLES, "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    key = key.replace("SessionToken", "Token")
    answer = {**RIGHT, "Token": CANARY, "Expiration": "2099-01-01T00:00:00Z", key: value}
    with (
        serving(lambda _request: Reply(200, json.dumps(answer).encode())) as container,
        serving(amplify) as server,
    ):
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url)
        settings = Settings(region=REGION, endpoint=server.url)
        where = "from what AWS_CONTAINER_CREDENTIALS_FULL_URI names"
        assert refused(settings, server) == f"{key} {where} {problem}"


def test_a_role_that_is_lent_without_a_secret_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES[:2]:
        monkeypatch.setenv(name, CANARY)

    def script(request: Request) -> Reply:
        lent = sts(request)
        secret = b"<SecretAccessKey>s</SecretAccessKey>"
        return replace(lent, body=lent.body.replace(secret, b"<SecretAccessKey/>"))

    with serving(script) as lender, serving(amplify) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", lender.url)
        role = AssumeRole(ROLES[0])
        settings = Settings(region=REGION, endpoint=server.url, assume_roles=(role,))
        expected = "SecretAccessKey of the credentials (assumeRoles) is missing or empty: set it"
        assert refused(settings, server) == expected


def test_credentials_that_are_used_are_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    learned = {name: f"Learned-{index}-0123456789" for index, name in enumerate(VARIABLES)}
    with serving(amplify) as server:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("AWS_PROFILE", raising=False)
            for name, value in learned.items():
                patch.setenv(name, value)
            connect(Settings(region=REGION, endpoint=server.url), FakeClock()).jobs.get(KEY)
        for value in learned.values():
            assert redacted(f"said {value}") == "said ***"


@pytest.mark.parametrize("value", ["AKIAIOSFODNN7EXAMPLE", "a+b/c==", "x"])
def test_what_a_header_can_carry_is_no_problem(value: str) -> None:
    assert header_problem(value) is None
