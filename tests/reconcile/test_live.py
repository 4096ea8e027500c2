"""Bringing jobs of the emulator over real HTTP: what the service sees."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.client.reader import JobReader
from pulumi_amplify_jobs.domain.jobs import DesiredJob
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.plan import Nothing, Update
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import JobMovedError
from pulumi_amplify_jobs.reconcile.job import Reconciler
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import Settings
from tests.fake_clock import FakeClock
from tests.samples import APP, ENVIRONMENT, job

KEY = JobKey(APP, ENVIRONMENT, "4f1c")
DESIRED = DesiredJob(KEY, status="FAILED", name="push")


@pytest.fixture
def reconciler(emulator: Emulator) -> Reconciler:
    emulator.seed([job(KEY.job_id)])
    clock = FakeClock()
    service = connect(Settings(region="eu-west-1", endpoint=emulator.url), clock).jobs
    return Reconciler(service, JobReader(service, 4), clock)


def operations(emulator: Emulator) -> list[str | None]:
    return [each.operation for each in emulator.requests()]


def test_adopt_write_and_rest(reconciler: Reconciler, emulator: Emulator) -> None:
    decision = reconciler.examine(DESIRED)
    assert isinstance(decision, Update)
    outcome = reconciler.bring(DESIRED, decision.previous, print)
    assert operations(emulator) == ["GetBackendJob", "GetBackendJob", "UpdateBackendJob"]
    assert emulator.job(APP, ENVIRONMENT, KEY.job_id).status == "FAILED"
    assert reconciler.bring(DESIRED, outcome.observed, print).decision == Nothing()
    assert len(emulator.requests()) == 3


def test_a_job_that_finishes_in_between_is_not_marked_failed(
    reconciler: Reconciler, emulator: Emulator
) -> None:
    decision = reconciler.examine(DESIRED)
    assert isinstance(decision, Update)
    emulator.set_job(APP, ENVIRONMENT, KEY.job_id, status="COMPLETED")
    with pytest.raises(JobMovedError):
        reconciler.bring(DESIRED, decision.previous, print)
    assert emulator.job(APP, ENVIRONMENT, KEY.job_id).status == "COMPLETED"
    assert "UpdateBackendJob" not in operations(emulator)


def test_a_lost_answer_does_not_make_the_update_fail(
    reconciler: Reconciler, emulator: Emulator
) -> None:
    decision = reconciler.examine(DESIRED)
    assert isinstance(decision, Update)
    emulator.fault("lost", operation="UpdateBackendJob", times=1)
    outcome = reconciler.bring(DESIRED, decision.previous, print)
    assert outcome.unsettled is None
    assert operations(emulator).count("UpdateBackendJob") == 2
