"""Writes that can be interrupted: none begins once they are stopped."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.client.reader import JobReader
from pulumi_amplify_jobs.clock import SystemClock
from pulumi_amplify_jobs.domain.jobs import DesiredJob, ObservedJob
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import InterruptedRunError
from pulumi_amplify_jobs.reconcile.job import Reconciler
from pulumi_amplify_jobs.reconcile.writes import InterruptibleService, Writes
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import Settings

from ..samples import APP, ENVIRONMENT, job

KEY = JobKey(APP, ENVIRONMENT, "1")


@pytest.fixture
def service(emulator: Emulator) -> InterruptibleService:
    emulator.seed([job("1")])
    settings = Settings(region="eu-west-1", endpoint=emulator.url)
    return InterruptibleService(connect(settings, SystemClock()).jobs, Writes())


def test_what_was_written_is_known(service: InterruptibleService) -> None:
    assert service.writes.answer(KEY) is None
    answer = service.update(KEY, None, "FAILED")
    assert service.writes.answer(KEY) == answer
    assert service.writes.stop() == frozenset()


def test_no_call_begins_once_writes_are_stopped(
    service: InterruptibleService, emulator: Emulator
) -> None:
    service.writes.stop()
    with pytest.raises(InterruptedRunError):
        service.get(KEY)
    with pytest.raises(InterruptedRunError):
        service.update(KEY, None, "FAILED")
    with pytest.raises(InterruptedRunError):
        service.list_page(KEY.environment, None)
    assert emulator.requests() == []


class StoppedByReading(InterruptibleService):
    """The user stops while the job is read for the last time before the write."""

    def get(self, key: JobKey) -> ObservedJob | None:
        job = super().get(key)
        self.writes.stop()
        return job


def test_no_write_follows_a_read_that_was_under_way(
    service: InterruptibleService, emulator: Emulator
) -> None:
    seen = service.get(KEY)
    stopped = StoppedByReading(service.inner, service.writes)
    reconciler = Reconciler(stopped, JobReader(stopped, 4), SystemClock())
    with pytest.raises(InterruptedRunError):
        reconciler.bring(DesiredJob(KEY, status="FAILED"), seen, lambda _: None)
    assert emulator.requests("UpdateBackendJob") == []
