"""Credentials that no request can carry: named at once, never shown, and nothing is sent."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from pulumi_amplify_jobs.client.credentials import header_problem
from pulumi_amplify_jobs.errors import CredentialsError
from pulumi_amplify_jobs.redaction import redacted
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import AssumeRole, Settings
from tests.client.conftest import KEY, REGION
from tests.client.scripted import ScriptedServer, serving
from tests.client.stand_ins import amplify
from tests.client.test_session import ROLES
from tests.fake_clock import FakeClock

CANARY = "Canary+0123456789/abcdef"
VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


def refused(settings: Settings, server: ScriptedServer) -> str:
    """Return why a call is refused before anything is sent."""
    clock = FakeClock()
    with pytest.raises(CredentialsError) as caught:
        connect(settings, clock).jobs.get(KEY)
    assert clock.slept == []
    assert server.requests == []
    message = str(caught.value)
    assert CANARY[:6] not in message
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


def test_a_wrong_answer_of_a_credential_process_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*VARIABLES, "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    answer = {"Version": 1, "AccessKeyId": CANARY, "SecretAccessKey": CANARY}
    answer["SessionToken"] = f"{CANARY}\n"
    (tmp_path / "answer.json").write_text(json.dumps(answer))
    process = tmp_path / "process"
    process.write_text(f"#!/bin/sh\ncat {tmp_path}/answer.json\n")
    process.chmod(process.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "config").write_text(f"[profile ops]\ncredential_process = {process}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with serving(amplify) as server:
        settings = Settings(region=REGION, endpoint=server.url, profile="ops")
        expected = (
            "SessionToken from credential_process of the AWS profile ops ends in a line break: "
            "remove it"
        )
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
