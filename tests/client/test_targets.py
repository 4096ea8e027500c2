"""Many targets in one process, over an emulator with an account and a region for each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import AccessDeniedError, CredentialsError
from pulumi_amplify_jobs.services import Services, connect
from pulumi_amplify_jobs.settings import AssumeRole, Settings
from tests.fake_clock import FakeClock
from tests.samples import APP, ENVIRONMENT

ACCOUNTS = tuple(f"{number}" * 12 for number in range(1, 9))
REGIONS = ("eu-west-1", "us-east-1", "eu-north-1", "us-west-2", "sa-east-1")
PLACES = [(account, region) for account in ACCOUNTS for region in REGIONS]
CI = {"GITLAB_CI": "true", "GITLAB_USER_LOGIN": "ann", "CI_PIPELINE_ID": "9001"}


def declared(account: str, region: str) -> dict[str, str]:
    return {
        "appId": APP,
        "backendEnvironmentName": ENVIRONMENT,
        "jobId": "1",
        "operation": "CloneBackend",
        "status": f"IN-{account}-{region}",
    }


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An emulator in which the job of each account and region says where it is."""
    seed = {
        "accounts": {
            account: {region: {"jobs": [declared(account, region)]} for region in REGIONS}
            for account in ACCOUNTS
        }
    }
    for name, value in CI.items():
        monkeypatch.setenv(name, value)
    with Emulator(seed=seed) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
        yield emulator


def target(account: str, region: str) -> Settings:
    return Settings(
        target=f"{account}-{region}",
        region=region,
        account_id=account,
        assume_roles=(AssumeRole(f"arn:aws:iam::{account}:role/amplify-jobs"),),
    )


def status(services: Services) -> str | None:
    job = services.jobs.get(JobKey(APP, ENVIRONMENT, "1"))
    return job.status if job else None


def test_each_target_is_read_in_its_own_account_and_region(world: Emulator) -> None:
    targets = [connect(target(*place), FakeClock()) for place in PLACES]
    with ThreadPoolExecutor(16) as pool:
        for _ in range(2):
            found = list(pool.map(status, targets))
            assert found == [f"IN-{account}-{region}" for account, region in PLACES]
    calls = Counter(request.operation for request in world.requests())
    assert calls == {"AssumeRole": 40, "GetCallerIdentity": 40, "GetBackendJob": 80}
    reads = world.requests("GetBackendJob")
    assert Counter((r.account_id, r.region) for r in reads) == dict.fromkeys(PLACES, 2)
    assert {r.wire()["roleSessionName"] for r in reads} == {"pulumi-amplify-jobs-ann-9001"}


def test_in_a_wrong_account_nothing_is_asked_but_whose_it_is(world: Emulator) -> None:
    account, other = ACCOUNTS[:2]
    settings = replace(target(account, REGIONS[0]), target="shop-eu", account_id=other)
    services = connect(settings, FakeClock())
    lines = set()
    for call in (
        lambda: services.jobs.get(JobKey(APP, ENVIRONMENT, "1")),
        lambda: services.jobs.update(JobKey(APP, ENVIRONMENT, "1"), None, "FAILED"),
        lambda: list(services.apps.apps()),
    ):
        with pytest.raises(CredentialsError) as caught:
            call()
        lines.add(str(caught.value))
    arn = f"arn:aws:sts::{account}:assumed-role/amplify-jobs/pulumi-amplify-jobs-ann-9001"
    assert lines == {
        f"the credentials of target shop-eu belong to AWS account {account} ({arn}), but the "
        f"target's accountId is {other}; sign in to that account, or correct the target's "
        "accountId, profile or assumeRoles"
    }
    assert [r.operation for r in world.requests()] == ["AssumeRole", "GetCallerIdentity"]


def test_a_role_that_is_denied_holds_no_other_target_back(world: Emulator) -> None:
    sick, well = PLACES[0], PLACES[7]
    world.fault("denied", account_id=sick[0])
    services = [connect(target(*place), FakeClock()) for place in (sick, well)]
    with pytest.raises(AccessDeniedError):
        status(services[0])
    assert status(services[1]) == f"IN-{well[0]}-{well[1]}"
