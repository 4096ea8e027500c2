"""The gate: nothing passes it once it is closed, and it knows what was written."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.cli.gate import Gate, GatedService
from pulumi_amplify_jobs.client import JobReader, connect
from pulumi_amplify_jobs.clock import SystemClock
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import InterruptedRunError
from pulumi_amplify_jobs.jobs import DesiredJob, JobKey, ObservedJob
from pulumi_amplify_jobs.reconcile import Reconciler
from pulumi_amplify_jobs.settings import Settings

from ..samples import APP, ENVIRONMENT, job

KEY = JobKey(APP, ENVIRONMENT, "1")


@pytest.fixture
def service(emulator: Emulator) -> GatedService:
    emulator.seed([job("1")])
    settings = Settings(region="eu-west-1", endpoint=emulator.url)
    return GatedService(connect(settings, SystemClock()), Gate())


def test_what_was_written_is_known(service: GatedService) -> None:
    assert service.gate.answer(KEY) is None
    answer = service.update(KEY, None, "FAILED")
    assert service.gate.answer(KEY) == answer
    assert service.gate.close() == frozenset()


def test_nothing_passes_a_closed_gate(service: GatedService, emulator: Emulator) -> None:
    service.gate.close()
    with pytest.raises(InterruptedRunError):
        service.get(KEY)
    with pytest.raises(InterruptedRunError):
        service.update(KEY, None, "FAILED")
    with pytest.raises(InterruptedRunError):
        service.list_page(KEY.environment, None)
    assert emulator.requests() == []


class ClosedByReading(GatedService):
    """The user stops while the job is read for the last time before the write."""

    def get(self, key: JobKey) -> ObservedJob | None:
        job = super().get(key)
        self.gate.close()
        return job


def test_no_write_follows_a_read_that_was_under_way(
    service: GatedService, emulator: Emulator
) -> None:
    seen = service.get(KEY)
    stopped = ClosedByReading(service.inner, service.gate)
    reconciler = Reconciler(stopped, JobReader(stopped), SystemClock())
    with pytest.raises(InterruptedRunError):
        reconciler.bring(DesiredJob(KEY, status="FAILED"), seen, lambda _: None)
    assert emulator.requests("UpdateBackendJob") == []
