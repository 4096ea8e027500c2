"""Settling what a rule claims: some jobs at once, never more, and a failure stops no other."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from pulumi_amplify_jobs.client.reader import JobReader
from pulumi_amplify_jobs.client.responses import Page
from pulumi_amplify_jobs.clock import InterruptibleClock
from pulumi_amplify_jobs.domain.jobs import EVERY_JOB, JobFilter, ObservedJob, Wait
from pulumi_amplify_jobs.domain.keys import Environment, JobKey
from pulumi_amplify_jobs.domain.rules import Aim, AppSelector, Criteria, Rule
from pulumi_amplify_jobs.dynamic.rule_runtime import WAITS, WRITES, settle
from pulumi_amplify_jobs.errors import ServiceError
from pulumi_amplify_jobs.reconcile.job import Reconciler

NOW = 1_763_942_400.0
RULE = Rule(
    name="stuck",
    apps=AppSelector(ids=("*",)),
    environments=("*",),
    match=Criteria(frozenset({"RUNNING"})),
    aim=Aim(status="FAILED"),
    limit=1000,
)


def claimed(count: int) -> list[ObservedJob]:
    return [
        ObservedJob(JobKey("d1", "prod", f"j{number}"), "X", "RUNNING") for number in range(count)
    ]


class Crowd:
    """A service whose updates are answered only when so many of them are there at once."""

    def __init__(self, size: int, refuses: str = "") -> None:
        self.most = 0
        self._there = 0
        self._refuses = refuses
        self._lock = threading.Lock()
        self._meeting = threading.Barrier(size)

    def get(self, key: JobKey) -> ObservedJob:
        return ObservedJob(key, "X", "RUNNING")

    def update(self, key: JobKey, _operation: str | None, _status: str | None) -> ObservedJob:
        with self._lock:
            self._there += 1
            self.most = max(self.most, self._there)
        self._meeting.wait()
        with self._lock:
            self._there -= 1
        if key.job_id == self._refuses:
            raise ServiceError("no")
        return ObservedJob(key, "X", "FAILED")

    def list_page(
        self, _environment: Environment, _token: str | None, _only: JobFilter = EVERY_JOB
    ) -> Page:
        return (), None


def reconciler(service: Crowd) -> Reconciler:
    return Reconciler(service, JobReader(service, 4), InterruptibleClock(threading.Event()))


@pytest.mark.parametrize(("wait", "at_once"), [(None, WRITES), (Wait("30m"), WAITS)])
def test_so_many_are_settled_at_once_and_no_more(wait: Wait | None, at_once: int) -> None:
    crowd = Crowd(at_once)
    rule = replace(RULE, wait=wait)
    results = settle(reconciler(crowd), rule, claimed(2 * at_once), NOW, lambda _: None)
    assert crowd.most == at_once
    assert all(each.written is not None and each.left is None for each in results)


class Patient(InterruptibleClock):
    """A clock on which nothing takes long: a sleep is over at once, and its time has passed."""

    def __init__(self) -> None:
        super().__init__(threading.Event())
        self.passed = 0.0

    def now(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds


class Stuck(Crowd):
    """A service whose job goes on running whatever is written."""

    def update(self, key: JobKey, _operation: str | None, _status: str | None) -> ObservedJob:
        return self.get(key)


def test_the_time_of_a_write_is_not_that_of_the_wait_after_it() -> None:
    clock, service = Patient(), Stuck(1)
    rule = replace(RULE, wait=Wait("30m"))
    waiting = Reconciler(service, JobReader(service, 4), clock, wall=lambda: NOW + clock.passed)
    [settlement] = settle(waiting, rule, claimed(1), NOW, lambda _: None)
    assert settlement.left is not None
    assert clock.passed >= 1800
    assert settlement.written == NOW


def test_a_failure_stops_no_other_and_the_order_stays() -> None:
    jobs = claimed(WRITES)
    crowd = Crowd(WRITES, refuses="j3")
    results = settle(reconciler(crowd), RULE, jobs, NOW, lambda _: None)
    assert [each.job for each in results] == jobs
    assert [each.job.key.job_id for each in results if each.left is not None] == ["j3"]
