"""Whose credentials sign: asked of STS before any other call, and a wrong account stops all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pulumi_amplify_jobs.client.identity import identity_from
from pulumi_amplify_jobs.errors import CredentialsError, MalformedAnswerError, ServiceError
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import Accounts, AssumeRole, Settings
from tests.client.conftest import KEY, REGION
from tests.client.scripted import Reply, Request, Script, ScriptedServer, serving
from tests.client.stand_ins import ACCOUNT, amplify, scope_of, sts, sts_error
from tests.fake_clock import FakeClock

OTHER = "999999999999"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"


def settings_for(backend: ScriptedServer, tokens: ScriptedServer, **given: object) -> Settings:
    return Settings(
        region=REGION,
        endpoint=backend.url,
        sts_endpoint=tokens.url,
        **given,  # type: ignore[arg-type]
    )


def allowed(*ids: str) -> Accounts:
    return Accounts(ids, "aws:allowedAccountIds")


def test_the_account_is_asked_for_once_and_first() -> None:
    order: list[str] = []

    def noted(name: str, script: Script) -> Script:
        return lambda request: order.append(name) or script(request)  # type: ignore[func-returns-value]

    with serving(noted("jobs", amplify)) as backend, serving(noted("sts", sts)) as tokens:
        service = connect(
            settings_for(backend, tokens, allowed_accounts=allowed(OTHER, ACCOUNT)), FakeClock()
        ).jobs
        assert order == []
        assert service.get(KEY) is not None
        assert service.get(KEY) is not None
    assert [r.form["Action"] for r in tokens.requests] == ["GetCallerIdentity"]
    assert order == ["sts", "jobs", "jobs"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"allowed_accounts": allowed(OTHER)},
            f"the credentials belong to AWS account {ACCOUNT} (arn:aws:iam::{ACCOUNT}:user/ann), "
            f"but aws:allowedAccountIds allows only {OTHER}; sign in to that account, or correct "
            "aws:allowedAccountIds",
        ),
        (
            {"forbidden_accounts": Accounts((OTHER, ACCOUNT), "amplify-jobs:forbiddenAccountIds")},
            f"the credentials belong to AWS account {ACCOUNT} "
            f"(arn:aws:iam::{ACCOUNT}:user/ann), and "
            f"amplify-jobs:forbiddenAccountIds forbids {ACCOUNT}; sign in to another account, or "
            "correct amplify-jobs:forbiddenAccountIds",
        ),
        (
            {"target": "shop-eu", "account_id": OTHER},
            f"the credentials of target shop-eu belong to AWS account {ACCOUNT} "
            f"(arn:aws:iam::{ACCOUNT}:user/ann), but the target's accountId is {OTHER}; sign in to "
            "that account, or correct the target's accountId, profile or assumeRoles",
        ),
        (
            {"target": "shop-eu", "account_id": ACCOUNT, "allowed_accounts": allowed(OTHER)},
            f"the credentials of target shop-eu belong to AWS account {ACCOUNT} "
            f"(arn:aws:iam::{ACCOUNT}:user/ann), but aws:allowedAccountIds allows only {OTHER}; "
            "sign in to that account, or correct aws:allowedAccountIds",
        ),
        (
            {
                "target": "shop-eu",
                "account_id": ACCOUNT,
                "forbidden_accounts": Accounts((ACCOUNT,), "amplify-jobs:forbiddenAccountIds"),
            },
            f"the credentials of target shop-eu belong to AWS account {ACCOUNT} "
            f"(arn:aws:iam::{ACCOUNT}:user/ann), and amplify-jobs:forbiddenAccountIds forbids "
            f"{ACCOUNT}; sign in to another account, or correct amplify-jobs:forbiddenAccountIds",
        ),
    ],
)
def test_a_wrong_account_stops_every_call(given: dict[str, Any], said: str) -> None:
    with serving(amplify) as backend, serving(sts) as tokens:
        service = connect(settings_for(backend, tokens, **given), FakeClock()).jobs
        calls = [
            lambda: service.get(KEY),
            lambda: service.update(KEY, None, "FAILED"),
            lambda: service.list_page(KEY.environment, None),
        ] * 3
        with ThreadPoolExecutor(9) as pool:
            errors = [each.exception() for each in [pool.submit(call) for call in calls]]
        assert {str(error) for error in errors} == {said}
        assert {type(error) for error in errors} == {CredentialsError}
        apps = connect(settings_for(backend, tokens, **given), FakeClock()).apps
        with pytest.raises(CredentialsError, match="belong to AWS account"):
            list(apps.apps())
    assert backend.requests == []
    assert len(tokens.requests) == 2


def test_the_account_is_that_of_the_role() -> None:
    with serving(amplify) as backend, serving(sts) as tokens:
        roles = (AssumeRole(ROLE),)
        given = settings_for(
            backend, tokens, allowed_accounts=allowed(ACCOUNT), assume_roles=roles, sts_region="x-1"
        )
        connect(given, FakeClock()).jobs.get(KEY)
    assert [(r.form["Action"], scope_of(r)) for r in tokens.requests] == [
        ("AssumeRole", ("AKIDEXAMPLE", "x-1")),
        ("GetCallerIdentity", ("ASIA-deploy", "x-1")),
    ]
    assert [scope_of(r) for r in backend.requests] == [("ASIA-deploy", REGION)]


def test_an_endpoint_for_the_jobs_alone_leaves_sts_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(amplify) as backend, serving(sts) as tokens:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", tokens.url)
        given = Settings(region=REGION, endpoint=backend.url, allowed_accounts=allowed(ACCOUNT))
        assert connect(given, FakeClock()).jobs.get(KEY) is not None
    assert len(tokens.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<GetCallerIdentityResponse/>", {"Content-Type": "text/xml"}),
        Reply(200, b"<html>sign in</html>", {"Content-Type": "text/html"}),
        sts_error(403, "AccessDenied", "no"),
        sts_error(500, "InternalFailure", "no"),
    ],
)
def test_where_the_account_is_not_known_no_call_is_made(reply: Reply) -> None:
    with serving(amplify) as backend, serving(lambda _: reply) as tokens:
        given = settings_for(backend, tokens, allowed_accounts=allowed(ACCOUNT), max_retries=1)
        with pytest.raises(ServiceError) as caught:
            connect(given, FakeClock()).jobs.get(KEY)
        assert str(caught.value).startswith("GetCallerIdentity: ")
        assert backend.requests == []


def test_an_answer_that_names_no_account_is_malformed() -> None:
    for account in (None, "", "12345678901", "\u0661" * 12, 123456789012):
        with pytest.raises(MalformedAnswerError):
            identity_from({"Account": account})


def test_the_role_of_the_instance_may_be_shut_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def metadata(request: Request) -> Reply:
        if request.path.endswith("/security-credentials/"):
            return Reply(200, b"machine")
        if request.path.endswith("/machine"):
            return Reply(
                200,
                b'{"AccessKeyId": "ASIA-machine", "SecretAccessKey": "s", "Token": "t", '
                b'"Expiration": "2099-01-01T00:00:00Z"}',
            )
        return Reply(200, b"token")

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name)
    with serving(amplify) as backend, serving(metadata) as machine:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.url)
        connect(Settings(region=REGION, endpoint=backend.url), FakeClock()).jobs.get(KEY)
        assert scope_of(backend.requests[0])[0] == "ASIA-machine"
        machine.requests.clear()
        given = Settings(region=REGION, endpoint=backend.url, instance_credentials=False)
        with pytest.raises(CredentialsError, match="no AWS credentials"):
            connect(given, FakeClock()).jobs.get(KEY)
        assert machine.requests == []


def test_the_right_account_of_a_target_is_asked_for_once() -> None:
    with serving(amplify) as backend, serving(sts) as tokens:
        given = settings_for(
            backend,
            tokens,
            target="shop-eu",
            account_id=ACCOUNT,
            assume_roles=(AssumeRole(ROLE),),
            allowed_accounts=allowed(OTHER, ACCOUNT),
        )
        services = connect(given, FakeClock())
        with ThreadPoolExecutor(8) as pool:
            jobs = list(pool.map(lambda _: services.jobs.get(KEY), range(16)))
        assert None not in jobs
        assert services.renewed().jobs.get(KEY) is not None
    asked = [(r.form["Action"], scope_of(r)[0]) for r in tokens.requests]
    assert asked == [("AssumeRole", "AKIDEXAMPLE"), ("GetCallerIdentity", "ASIA-deploy")]


def test_where_the_account_of_a_target_is_not_known_the_line_names_the_target() -> None:
    with serving(amplify) as backend, serving(lambda _: sts_error(403, "Nope", "no")) as tokens:
        given = settings_for(backend, tokens, target="shop-eu", account_id=ACCOUNT)
        with pytest.raises(ServiceError) as caught:
            connect(given, FakeClock()).jobs.get(KEY)
        assert str(caught.value).startswith("GetCallerIdentity in target shop-eu: ")
        assert backend.requests == []
