"""Assumed roles: lent once for many calls, renewed in time, and their sessions say who ran what."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.errors import AccessDeniedError, CredentialsError, RequestRefusedError
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import AssumeRole, Settings
from tests.client.conftest import KEY, REGION
from tests.client.scripted import Reply, Request, Script, ScriptedServer, serving
from tests.client.stand_ins import ACCOUNT, amplify, lent_until, scope_of, sts, sts_error
from tests.fake_clock import FakeClock

FIRST, SECOND = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("first", "second"))
CI = {"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "ann", "GITHUB_RUN_ID": "17182838459"}


def lending(*minutes: float) -> Script:
    """STS lends for so many minutes, each time the next of them, and the last from then on."""
    left = list(minutes)

    def script(request: Request) -> Reply:
        lasting = left.pop(0) if len(left) > 1 else left[0]
        return lent_until(request, datetime.now(timezone.utc) + timedelta(minutes=lasting))

    return script


def in_role(backend: ScriptedServer, tokens: ScriptedServer, *roles: str, **more: str) -> Settings:
    return Settings(
        region=REGION,
        endpoint=backend.url,
        sts_endpoint=tokens.url,
        assume_roles=tuple(map(AssumeRole, roles or (FIRST,))),
        **more,  # type: ignore[arg-type]
    )


def assumed(tokens: ScriptedServer) -> list[str]:
    """The roles that were assumed so far."""
    return [r.form["RoleArn"] for r in tokens.requests if r.form["Action"] == "AssumeRole"]


@pytest.mark.parametrize("minutes", [60, 15, 6])
def test_many_calls_of_many_threads_assume_a_role_once(minutes: float) -> None:
    with serving(amplify) as backend, serving(lending(minutes)) as tokens:
        services = connect(in_role(backend, tokens, FIRST, SECOND), FakeClock())
        with ThreadPoolExecutor(8) as pool:
            jobs = list(pool.map(lambda _: services.jobs.get(KEY), range(40)))
        assert None not in jobs
        assert assumed(tokens) == [FIRST, SECOND]
    assert {scope_of(request)[0] for request in backend.requests} == {"ASIA-second"}


def test_a_role_is_assumed_again_before_it_ends() -> None:
    with serving(amplify) as backend, serving(lending(4, 60)) as tokens:
        services = connect(in_role(backend, tokens), FakeClock())
        for _ in range(4):
            services.jobs.get(KEY)
        assert len(assumed(tokens)) == 2


def test_what_still_lasts_is_used_where_it_can_not_be_renewed() -> None:
    replies: list[Script] = [lending(4), lambda _: sts_error(500, "InternalFailure", "no")]

    def script(request: Request) -> Reply:
        return (replies.pop(0) if len(replies) > 1 else replies[0])(request)

    with serving(amplify) as backend, serving(script) as tokens:
        services = connect(in_role(backend, tokens), FakeClock())
        assert services.jobs.get(KEY) is not None
        assert services.jobs.get(KEY) is not None
        assert len(assumed(tokens)) > 1


def test_what_is_about_to_end_is_not_used() -> None:
    refused = sts_error(403, "AccessDenied", "User: x is not authorized")
    replies: list[Script] = [lending(1), lambda _: refused]

    def script(request: Request) -> Reply:
        return (replies.pop(0) if len(replies) > 1 else replies[0])(request)

    with serving(amplify) as backend, serving(script) as tokens:
        settings = in_role(backend, tokens, target="shop-eu")
        with pytest.raises(
            AccessDeniedError, match=r"shop-eu.*allow the IAM action sts:AssumeRole"
        ):
            connect(settings, FakeClock()).jobs.get(KEY)
        assert backend.requests == []


@pytest.mark.parametrize(
    ("target", "own", "environment", "said"),
    [
        ("", None, CI, "pulumi-amplify-jobs"),
        ("", "nightly", CI, "nightly"),
        ("shop-eu", None, CI, "pulumi-amplify-jobs-ann-17182838459"),
        ("shop-eu", "nightly", CI, "nightly"),
        ("shop-eu", None, {}, "pulumi-amplify-jobs"),
    ],
)
def test_the_session_of_a_target_says_who_ran_what(
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    own: str | None,
    environment: dict[str, str],
    said: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with serving(amplify) as backend, serving(sts) as tokens:
        settings = Settings(
            target=target,
            region=REGION,
            endpoint=backend.url,
            sts_endpoint=tokens.url,
            assume_roles=(AssumeRole(FIRST, session_name=own),),
        )
        connect(settings, FakeClock()).jobs.get(KEY)
    assert [request.form["RoleSessionName"] for request in tokens.requests] == [said]


def test_what_answers_in_place_of_sts_is_no_fault_of_the_profile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def page(_: Request) -> Reply:
        return Reply(404, b"<html>nginx")

    with serving(amplify) as backend, serving(page) as tokens:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", tokens.url)
        settings = replace(in_role(backend, tokens), sts_endpoint=None)
        with pytest.raises(CredentialsError) as caught:
            connect(settings, FakeClock()).jobs.get(KEY)
    said = "credentials can't be obtained (assumeRoles): the response can't be read"
    cure = "check AWS_ENDPOINT_URL_STS and any proxy on the way"
    assert str(caught.value) == f"GetBackendJob {KEY}: {said}; {cure}"


def test_sts_refuses_what_a_role_is_asked_for_with() -> None:
    said = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    with (
        serving(amplify) as backend,
        serving(lambda _: sts_error(400, "ValidationError", said)) as tokens,
    ):
        settings = in_role(backend, tokens, target="shop-eu")
        with pytest.raises(RequestRefusedError) as caught:
            connect(settings, FakeClock()).jobs.get(KEY)
    line = str(caught.value)
    assert line.startswith("AssumeRole (for GetBackendJob ")
    assert line.endswith(f": STS refuses the request: {said.rstrip('.')}; correct assumeRoles")
    assert "shop-eu" in line


Profile = Callable[[str], Path]


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """Write a profile whose credential_process notes each run, and prints what is given."""

    def write(document: str) -> Path:
        runs, script = tmp_path / "runs", tmp_path / "helper.py"
        script.write_text(f"open({str(runs)!r}, 'a').write('x')\nprint({document!r})\n")
        config = tmp_path / "config"
        config.write_text(f"[profile ops]\ncredential_process = {sys.executable} {script}\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        return runs

    return write


KEYS = '{"Version": 1, "AccessKeyId": "AKIDOPS", "SecretAccessKey": "made-up"}'


def test_targets_that_lend_from_one_identity_ask_for_it_once(counted: Profile) -> None:
    runs = counted(KEYS)
    with serving(amplify) as backend, serving(sts) as tokens:
        targets = [
            connect(
                replace(
                    in_role(backend, tokens, role, profile="ops", target=role[-6:]), region=region
                ),
                FakeClock(),
            )
            for role in (FIRST, SECOND)
            for region in (REGION, "us-east-1") * 2
        ]
        with ThreadPoolExecutor(8) as pool:
            assert None not in list(pool.map(lambda services: services.jobs.get(KEY), targets))
        assert sorted(assumed(tokens)) == [FIRST] * 4 + [SECOND] * 4
    assert Counter(map(scope_of, tokens.requests)) == {
        ("AKIDOPS", REGION): 4,
        ("AKIDOPS", "us-east-1"): 4,
    }
    assert runs.read_text() == "x"


def test_an_identity_that_fails_is_asked_for_once_and_each_target_says_so(
    counted: Profile,
) -> None:
    runs = counted("no JSON")
    with serving(amplify) as backend, serving(sts) as tokens:
        targets = [
            connect(in_role(backend, tokens, profile="ops", target=name), FakeClock())
            for name in ("shop-eu", "shop-us")
        ]
        lines = []
        for services in targets:
            with pytest.raises(CredentialsError) as caught:
                services.jobs.get(KEY)
            lines.append(str(caught.value))
        assert tokens.requests == []
    for name, line in zip(("shop-eu", "shop-us"), lines, strict=True):
        assert name in line
        assert "credential_process of the AWS profile ops did not print JSON" in line
    assert runs.read_text() == "x"


def test_credentials_that_last_as_briefly_as_possible_are_not_asked_for_at_every_call(
    counted: Profile,
) -> None:
    end = datetime.now(timezone.utc) + timedelta(minutes=15)
    runs = counted(
        KEYS.replace("}", f', "SessionToken": "made-up", "Expiration": "{end.isoformat()}"}}')
    )
    with serving(amplify) as backend:
        services = connect(
            Settings(region=REGION, profile="ops", endpoint=backend.url), FakeClock()
        )
        for _ in range(3):
            services.jobs.get(KEY)
    assert runs.read_text() == "x"


FORTY = """
import re, sys
from pathlib import Path
opened = []
sys.addaudithook(lambda name, args: name == "open" and opened.append(str(args[0])))
from pulumi_amplify_jobs.clock import SystemClock
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import AssumeRole, Settings

backend, tokens, account, *key = sys.argv[1:]
for number in range(40):
    settings = Settings(
        target=f"target-{number}",
        region=("eu-west-1", "us-east-1", "eu-north-1", "us-west-2", "sa-east-1")[number % 5],
        account_id=account,
        assume_roles=(AssumeRole(f"arn:aws:iam::{account}:role/r{number}"),),
        endpoint=backend,
        sts_endpoint=tokens,
    )
    services = connect(settings, SystemClock())
    assert services.jobs.get(JobKey(*key)) is not None
    kept = [*globals().get("kept", []), services]
read = [path for path in opened if "endpoints.json" in path]
# Not getrusage's: that counts what the process was forked from.
peak = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())
print(len(read), int(peak[1]) // 1024)
"""


def test_forty_targets_fit_into_one_process() -> None:
    with serving(amplify) as backend, serving(sts) as tokens:
        place = (KEY.app_id, KEY.backend_environment_name, KEY.job_id)
        done = subprocess.run(
            [sys.executable, "-c", FORTY, backend.url, tokens.url, ACCOUNT, *place],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        assert sorted(assumed(tokens)) == sorted(
            f"arn:aws:iam::{ACCOUNT}:role/r{number}" for number in range(40)
        )
        actions = Counter(request.form["Action"] for request in tokens.requests)
        assert actions == {"AssumeRole": 40, "GetCallerIdentity": 40}
    reads, megabytes = map(int, done.stdout.split())
    assert reads == 1
    assert megabytes < 150


WRONG = {
    "a policy that is no JSON": (
        {"policy": "{"},
        {},
        "policy of assumeRoles is not JSON; correct it",
    ),
    "a session's name that is too short": (
        {"session_name": "x"},
        {},
        "AWS's client refuses a key of assumeRoles: Invalid length for parameter RoleSessionName, "
        "value: 1, valid min length: 2; correct it",
    ),
    "no region": (
        {},
        {"region": None},
        "no region; set the target's region, aws:region or AWS_REGION",
    ),
    "no such profile": (
        {},
        {"profile": "nope", "profile_source": "the target's profile"},
        "there is no AWS profile nope in /dev/null; correct the target's profile",
    ),
}


@pytest.mark.parametrize(("role", "settings", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_targets_role_is_one_line(
    role: dict[str, Any], settings: dict[str, Any], said: str
) -> None:
    with serving(sts) as tokens:
        wrong = Settings(
            **{
                "target": "shop-eu",
                "region": REGION,
                "sts_endpoint": tokens.url,
                "assume_roles": (AssumeRole(FIRST, **role),),
                **settings,
            }
        )
        with pytest.raises(CredentialsError) as caught:
            next(connect(wrong, FakeClock()).apps.apps())
        assert str(caught.value) == f"ListApps in target shop-eu: {said}"
        assert tokens.requests == []


def test_a_target_without_credentials_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    settings = Settings(target="shop-eu", region=REGION, assume_roles=(AssumeRole(FIRST),))
    with pytest.raises(CredentialsError) as caught:
        next(connect(settings, FakeClock()).apps.apps())
    assert str(caught.value) == (
        "ListApps in target shop-eu: no AWS credentials: neither the environment nor the AWS "
        "profile default has any; sign in again, or set the target's profile, aws:profile or the "
        "AWS_* environment variables"
    )


def test_what_sts_lends_in_one_region_does_not_depend_on_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    (tmp_path / "token").write_text("made-up")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("AWS_ROLE_ARN", FIRST)

    with serving(amplify) as backend, serving(sts) as tokens:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", tokens.url)
        targets = [
            connect(Settings(target=region, region=region, endpoint=backend.url), FakeClock())
            for region in (REGION, "us-east-1", REGION)
        ]
        for services in targets:
            services.jobs.get(KEY)
    asked = [request.form["Action"] for request in tokens.requests]
    assert asked == ["AssumeRoleWithWebIdentity"] * 2
