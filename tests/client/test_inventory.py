"""What one run finds: each list read once, by few threads, and nothing left out unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_amplify_jobs.client.inventory import Inventory
from pulumi_amplify_jobs.domain.app_selection import Scope
from pulumi_amplify_jobs.domain.clock_skew import ServiceClock
from pulumi_amplify_jobs.domain.jobs import EVERY_JOB, JobFilter
from pulumi_amplify_jobs.domain.keys import Environment
from pulumi_amplify_jobs.domain.rules import Aim, AppSelector, Criteria, Rule
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import AccessDeniedError
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import Settings
from tests.fake_clock import FakeClock
from tests.samples import job

from .conftest import REGION

RUNNING = JobFilter(status="RUNNING")
PROD, DEV = Environment("d1", "prod"), Environment("d1", "dev")
RULE = Rule(
    name="stuck",
    apps=AppSelector(ids=("*",)),
    environments=("*",),
    match=Criteria(frozenset({"RUNNING"})),
    aim=Aim(status="FAILED"),
    limit=5,
)


@pytest.fixture
def inventory(emulator: Emulator, clock: FakeClock) -> Inventory:
    settings = Settings(region=REGION, endpoint=emulator.url)
    connected = connect(settings, clock)
    return Inventory(connected.apps, connected.jobs, ServiceClock(), 8)


def ids(inventory: Inventory, *environments: Environment, only: JobFilter = RUNNING) -> list[str]:
    return [job.key.job_id for job in inventory.jobs(environments, only)[0]]


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
def test_each_list_is_read_once(emulator: Emulator, inventory: Inventory) -> None:
    for _ in range(2):
        assert [app.app_id for app in inventory.apps()] == ["d1"]
        assert set(inventory.scope(RULE).environments["d1"]) == {"dev", "prod"}
        assert ids(inventory, PROD, DEV) == ["1", "3"]
    assert len(emulator.requests("ListApps")) == 1
    assert len(emulator.requests("ListBackendEnvironments")) == 1
    assert len(emulator.requests("ListBackendJobs")) == 2


@pytest.mark.usefixtures("seeded")
def test_a_list_of_all_jobs_serves_those_who_ask_for_some(
    emulator: Emulator, inventory: Inventory
) -> None:
    assert ids(inventory, PROD, only=EVERY_JOB) == ["1", "2"]
    assert "1" in ids(inventory, PROD, only=RUNNING)
    assert len(emulator.requests("ListBackendJobs")) == 1


def test_an_app_that_is_gone_has_no_environments(inventory: Inventory) -> None:
    rule = replace(RULE, apps=AppSelector(ids=("dgone",)))
    assert inventory.scope(rule) == Scope({})


def test_an_environment_that_is_gone_has_no_jobs(inventory: Inventory) -> None:
    assert ids(inventory, Environment("d1", "gone")) == []


@pytest.mark.usefixtures("seeded")
def test_a_list_that_fails_fails_the_whole_and_what_was_read_is_kept(
    emulator: Emulator, inventory: Inventory
) -> None:
    ids(inventory, PROD)
    emulator.fault("denied", operation="ListBackendJobs", times=1)
    with pytest.raises(AccessDeniedError):
        ids(inventory, PROD, DEV)
    assert ids(inventory, PROD, DEV) == ["1", "3"]
    assert len(emulator.requests("ListBackendJobs")) == 3
