"""Region, endpoint, credentials and roles: where they come from, and what is said without them."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from pulumi_amplify_jobs.client.session import Connection
from pulumi_amplify_jobs.errors import (
    AccessDeniedError,
    CredentialsError,
    RequestRefusedError,
    ServiceError,
)
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import AssumeRole, Settings
from tests.client.conftest import KEY, REGION
from tests.client.scripted import ScriptedServer, serving
from tests.client.stand_ins import amplify, scope_of, sts, sts_error
from tests.fake_clock import FakeClock

SIGN_IN = "sign in again, or set aws:profile or the AWS_* environment variables"
ROLES = tuple(f"arn:aws:iam::123456789012:role/{name}" for name in ("first", "second"))


def signed(settings: Settings, server: ScriptedServer) -> tuple[str, str]:
    """Make one call and return how it was signed."""
    assert connect(settings, FakeClock()).jobs.get(KEY) is not None
    return scope_of(server.requests[-1])


def failure(settings: Settings) -> ServiceError:
    clock = FakeClock()
    with pytest.raises(ServiceError) as caught:
        connect(settings, clock).jobs.get(KEY)
    assert str(caught.value).isprintable()
    assert clock.slept == []
    return caught.value


def write_profile(directory: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    path = directory / "aws-config"
    path.write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))


PROFILES = """\
[profile ops]
region = ap-south-1
aws_access_key_id = AKIDOPS
aws_secret_access_key = made-up
[default]
region = sa-east-1
"""


REGIONS = {
    "settings first": (
        Settings(region="eu-west-1", profile="ops"),
        {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"},
        "eu-west-1",
    ),
    "AWS_REGION before AWS_DEFAULT_REGION": (
        Settings(),
        {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"},
        "us-east-1",
    ),
    "AWS_DEFAULT_REGION": (Settings(), {"AWS_DEFAULT_REGION": "us-east-2"}, "us-east-2"),
    "environment before profile": (
        Settings(profile="ops"),
        {"AWS_REGION": "us-east-1"},
        "us-east-1",
    ),
    "profile": (Settings(profile="ops"), {}, "ap-south-1"),
    "profile of the environment": (Settings(), {"AWS_PROFILE": "ops"}, "ap-south-1"),
    "default profile": (Settings(), {}, "sa-east-1"),
}


@pytest.mark.parametrize(("settings", "environment", "region"), REGIONS.values(), ids=REGIONS)
def test_where_the_region_comes_from(
    settings: Settings,
    environment: dict[str, str],
    region: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_profile(tmp_path, monkeypatch, PROFILES)
    with serving(amplify) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert signed(settings, server)[1] == region


def test_a_profile_in_the_settings_brings_its_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_profile(tmp_path, monkeypatch, PROFILES)
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with serving(amplify) as server:
        settings = Settings(profile="ops", endpoint=server.url)
        assert signed(settings, server) == ("AKIDOPS", "ap-south-1")


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL_AMPLIFYBACKEND", "AWS_ENDPOINT_URL"])
def test_an_endpoint_from_the_environment(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(amplify) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        monkeypatch.setenv(variable, server.url)
        signed(Settings(region=REGION), server)


def test_an_endpoint_from_the_settings_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(amplify) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_AMPLIFYBACKEND", "http://127.0.0.1:1")
        signed(Settings(region=REGION, endpoint=server.url), server)


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("foo", "Invalid endpoint: foo"),
        ("http://h:99999", "Port out of range 0-65535"),
        ("http://a b", "Invalid endpoint: http://a b"),
        ("http://[::1", "Invalid IPv6 URL"),
    ],
)
def test_a_bad_endpoint_in_the_environment(
    endpoint: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    error = failure(Settings(region=REGION))
    assert type(error) is RequestRefusedError
    assert str(error) == f"GetBackendJob {KEY}: {said}; correct AWS_ENDPOINT_URL"


def test_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    for roles in ((), (AssumeRole(ROLES[0]),)):
        error = failure(Settings(region=REGION, endpoint="http://127.0.0.1:1", assume_roles=roles))
        assert type(error) is CredentialsError
        assert str(error) == (
            f"GetBackendJob {KEY}: no AWS credentials: neither the environment nor the AWS profile "
            f"default has any; {SIGN_IN}"
        )


def test_half_of_the_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    error = failure(Settings(region=REGION))
    assert type(error) is CredentialsError
    assert "the environment has no AWS_SECRET_ACCESS_KEY; set it" in str(error)


@pytest.mark.parametrize("region", [None, REGION])
def test_an_unknown_profile(region: str | None) -> None:
    error = failure(Settings(region=region, profile="nope"))
    assert type(error) is CredentialsError
    assert str(error) == (
        f"GetBackendJob {KEY}: there is no AWS profile nope in /dev/null; "
        "correct amplify-jobs:profile"
    )


def test_without_a_region() -> None:
    error = failure(Settings())
    assert type(error) is CredentialsError
    assert str(error) == f"GetBackendJob {KEY}: no region; set aws:region or AWS_REGION"


def test_a_region_that_is_none() -> None:
    error = failure(Settings(region="eu west"))
    assert type(error) is CredentialsError
    assert str(error).endswith("eu west is not a region name; correct amplify-jobs:region")


def test_roles_are_assumed_one_with_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    roles = (
        AssumeRole(ROLES[0], external_id="ext-1", duration=900, tags=(("team", "web"),)),
        AssumeRole(ROLES[1], session_name="nightly"),
    )
    with serving(amplify) as backend, serving(sts) as tokens:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", tokens.url)
        settings = Settings(region=REGION, endpoint=backend.url, assume_roles=roles)
        service = connect(settings, FakeClock()).jobs
        assert tokens.requests == []
        service.get(KEY)
        service.get(KEY)
    assert [scope_of(r) for r in tokens.requests] == [
        ("AKIDEXAMPLE", REGION),
        ("ASIA-first", REGION),
    ]
    assert [scope_of(r) for r in backend.requests] == [("ASIA-second", REGION)] * 2
    assert backend.requests[0].headers["x-amz-security-token"] == "token-second"
    first, second = (parse_qs(r.body.decode()) for r in tokens.requests)
    assert (first["ExternalId"], first["DurationSeconds"]) == (["ext-1"], ["900"])
    assert first["Tags.member.1.Key"] == ["team"]
    assert (first["RoleSessionName"], second["RoleSessionName"]) == (
        ["pulumi-amplify-jobs"],
        ["nightly"],
    )
    assert not second.keys() & {"ExternalId", "DurationSeconds", "Policy", "Tags.member.1.Key"}


def test_a_role_is_assumed_with_the_profile_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_profile(tmp_path, monkeypatch, PROFILES)
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with serving(amplify) as backend, serving(sts) as tokens:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", tokens.url)
        roles = (AssumeRole(ROLES[0]),)
        settings = Settings(profile="ops", endpoint=backend.url, assume_roles=roles)
        assert signed(settings, backend) == ("ASIA-first", "ap-south-1")
    assert [scope_of(r) for r in tokens.requests] == [("AKIDOPS", "ap-south-1")]


def test_a_role_that_may_not_be_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = sts_error(403, "AccessDenied", "User: x is not authorized")
    with serving(lambda _: reply) as tokens, serving(amplify) as backend:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", tokens.url)
        roles = (AssumeRole(ROLES[0]),)
        error = failure(Settings(region=REGION, endpoint=backend.url, assume_roles=roles))
    assert type(error) is AccessDeniedError
    assert str(error) == (
        f"AssumeRole (for GetBackendJob {KEY}): access denied; "
        "allow the IAM action sts:AssumeRole, in the role's trust policy, too "
        "(User: x is not authorized)"
    )
    assert backend.requests == []


def test_a_throttled_assume_role_is_ridden_out(monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = [sts_error(400, "Throttling", "Rate exceeded")] * 3
    with (
        serving(lambda r: refusals.pop() if refusals else sts(r)) as tokens,
        serving(amplify) as backend,
    ):
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", tokens.url)
        settings = Settings(
            region=REGION, endpoint=backend.url, assume_roles=(AssumeRole(ROLES[0]),)
        )
        clock = FakeClock()
        assert connect(settings, clock).jobs.get(KEY) is not None
    assert (len(tokens.requests), len(clock.slept)) == (4, 3)


@pytest.mark.parametrize(("minutes", "settled"), [(60, True), (8, True), (6, False), (4, False)])
def test_credentials_that_may_be_renewed_in_the_next_call_are_not_settled(
    minutes: int, settled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = datetime.now(timezone.utc) + timedelta(minutes=minutes)
    keys = {"AccessKeyId": "AKIDOPS", "SecretAccessKey": "made-up", "SessionToken": "made-up"}
    document = json.dumps({"Version": 1, "Expiration": end.isoformat(), **keys})
    script = tmp_path / "helper.py"
    script.write_text(f"print({document!r})")
    helper = f"credential_process = {sys.executable} {script}"
    write_profile(tmp_path, monkeypatch, f"[profile ops]\n{helper}\n")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    connection = Connection(Settings(region=REGION, profile="ops"))
    assert not connection.is_settled()
    connection.jobs()
    assert connection.is_settled() is settled


def test_credentials_that_never_end_are_settled() -> None:
    connection = Connection(Settings(region=REGION))
    connection.jobs()
    assert connection.is_settled()
