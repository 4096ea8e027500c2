"""The service over a clock that never sleeps."""

from __future__ import annotations

import os

import pytest
from mypy_boto3_amplifybackend import AmplifyBackendClient

from pulumi_amplify_jobs.client.calls import Caller
from pulumi_amplify_jobs.client.retry import Budget
from pulumi_amplify_jobs.client.service import AmplifyJobsService, JobsService
from pulumi_amplify_jobs.client.session import Connection
from pulumi_amplify_jobs.client.session_names import SYSTEMS
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.settings import Settings
from tests.fake_clock import FakeClock
from tests.samples import APP, ENVIRONMENT, job

KEY = JobKey(APP, ENVIRONMENT, "4f1c")
REGION = "eu-west-1"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _outside_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for system in SYSTEMS:
        monkeypatch.delenv(system.mark, raising=False)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def _clients() -> dict[str, AmplifyBackendClient]:
    """The boto3 clients by endpoint: one takes longer to make than most tests to run."""
    return {}


@pytest.fixture
def service(
    emulator: Emulator, clock: FakeClock, _clients: dict[str, AmplifyBackendClient]
) -> JobsService:
    """The service of an emulator that has one running job, `KEY`."""
    emulator.seed([job(KEY.job_id)])

    def client() -> AmplifyBackendClient:
        if emulator.url not in _clients:
            settings = Settings(region=REGION, endpoint=emulator.url)
            _clients[emulator.url] = Connection(settings).jobs()
        return _clients[emulator.url]

    return AmplifyJobsService(Caller(client, Budget(), clock))
