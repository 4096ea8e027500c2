"""A wait believes no look that lags behind the answer to its update."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_amplify_jobs.client.reader import JobReader
from pulumi_amplify_jobs.client.responses import Page
from pulumi_amplify_jobs.domain.jobs import EVERY_JOB, DesiredJob, JobFilter, ObservedJob, Wait
from pulumi_amplify_jobs.domain.keys import Environment, JobKey
from pulumi_amplify_jobs.reconcile.job import Reconciler

from .test_settling import Patient

KEY = JobKey("d1", "prod", "1")
BEFORE = ObservedJob(KEY, "CloneBackend", "COMPLETED", update_time="1000")


class Lagging:
    """A service that answers an update, then shows these jobs, one at each look."""

    def __init__(self, *looks: ObservedJob) -> None:
        self._looks: Iterator[ObservedJob] = iter(looks)

    def get(self, _key: JobKey) -> ObservedJob:
        return next(self._looks)

    def update(self, key: JobKey, operation: str | None, _status: str | None) -> ObservedJob:
        return ObservedJob(key, operation, "RUNNING", update_time="2000")

    def list_page(
        self, _environment: Environment, _token: str | None, _only: JobFilter = EVERY_JOB
    ) -> Page:
        return (BEFORE,), None


def test_what_was_before_the_update_ends_no_wait() -> None:
    done = ObservedJob(KEY, "DeleteBackend", "COMPLETED", update_time="3000")
    failed_before = ObservedJob(KEY, "DeleteBackend", "FAILED", update_time="1500")
    completed_before = ObservedJob(KEY, "DeleteBackend", "COMPLETED", update_time="1500")
    service = Lagging(BEFORE, BEFORE, failed_before, completed_before, done)
    desired = DesiredJob(KEY, operation="DeleteBackend", wait=Wait("30m"), name="push")
    reconciler = Reconciler(service, JobReader(service, 1), Patient())
    outcome = reconciler.bring(desired, BEFORE, lambda _: None)
    assert (outcome.unsettled, outcome.observed) == (None, done)
