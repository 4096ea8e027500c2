"""What one run finds: each list read once, by few threads, and nothing left out unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_amplify_jobs.client import Census, connect, connect_apps
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import AccessDeniedError
from pulumi_amplify_jobs.jobs import EVERY_JOB, JobFilter
from pulumi_amplify_jobs.rules import Aim, AppSelector, Criteria, Rule
from pulumi_amplify_jobs.scope import Scope
from pulumi_amplify_jobs.settings import Settings
from pulumi_amplify_jobs.skew import ServiceClock
from tests.fake_clock import FakeClock
from tests.samples import job

from .conftest import REGION

RUNNING = JobFilter(status="RUNNING")
PROD, DEV = ("d1", "prod"), ("d1", "dev")
RULE = Rule(
    name="stuck",
    apps=AppSelector(ids=("*",)),
    environments=("*",),
    match=Criteria(frozenset({"RUNNING"})),
    aim=Aim(status="FAILED"),
    limit=5,
)


@pytest.fixture
def census(emulator: Emulator, clock: FakeClock) -> Census:
    settings = Settings(region=REGION, endpoint=emulator.url)
    return Census(connect_apps(settings, clock), connect(settings, clock), ServiceClock())


def ids(census: Census, *environments: tuple[str, str], only: JobFilter = RUNNING) -> list[str]:
    return [job.key.job_id for job in census.jobs(environments, only)[0]]


@pytest.fixture
def seeded(emulator: Emulator) -> None:
    emulator.seed(
        [
            job("1", app="d1", environment="prod", status="RUNNING"),
            job("2", app="d1", environment="prod", status="FAILED"),
            job("3", app="d1", environment="dev", status="RUNNING"),
        ]
    )


@pytest.mark.usefixtures("seeded")
def test_each_list_is_read_once(emulator: Emulator, census: Census) -> None:
    for _ in range(2):
        assert [app.app_id for app in census.apps()] == ["d1"]
        assert set(census.scope(RULE).environments["d1"]) == {"dev", "prod"}
        assert ids(census, PROD, DEV) == ["1", "3"]
    assert len(emulator.requests("ListApps")) == 1
    assert len(emulator.requests("ListBackendEnvironments")) == 1
    assert len(emulator.requests("ListBackendJobs")) == 2


@pytest.mark.usefixtures("seeded")
def test_a_list_of_all_jobs_serves_those_who_ask_for_some(
    emulator: Emulator, census: Census
) -> None:
    assert ids(census, PROD, only=EVERY_JOB) == ["1", "2"]
    assert "1" in ids(census, PROD, only=RUNNING)
    assert len(emulator.requests("ListBackendJobs")) == 1


def test_an_app_that_is_gone_has_no_environments(census: Census) -> None:
    rule = replace(RULE, apps=AppSelector(ids=("dgone",)))
    assert census.scope(rule) == Scope({})


def test_an_environment_that_is_gone_has_no_jobs(census: Census) -> None:
    assert ids(census, ("d1", "gone")) == []


@pytest.mark.usefixtures("seeded")
def test_a_list_that_fails_fails_the_whole_and_what_was_read_is_kept(
    emulator: Emulator, census: Census
) -> None:
    ids(census, PROD)
    emulator.fault("denied", operation="ListBackendJobs", times=1)
    with pytest.raises(AccessDeniedError):
        ids(census, PROD, DEV)
    assert ids(census, PROD, DEV) == ["1", "3"]
    assert len(emulator.requests("ListBackendJobs")) == 3
