"""Bringing one job to what is declared: the calls that are made, and what comes of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest

from pulumi_amplify_jobs.client.reader import JobReader
from pulumi_amplify_jobs.client.responses import Page
from pulumi_amplify_jobs.domain.jobs import DesiredJob, ObservedJob, Wait, When
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.plan import Change, Missing, Nothing, Skipped, Update
from pulumi_amplify_jobs.errors import (
    InterruptedRunError,
    JobMissingError,
    JobMovedError,
    ServiceError,
    ServiceUnavailableError,
)
from pulumi_amplify_jobs.reconcile.job import Outcome, Reconciler
from tests.fake_clock import FakeClock

KEY = JobKey("d1", "prod", "4f1c")
RUNNING = ObservedJob(KEY, "CreateBackend", "RUNNING", "1", "2")

Happening = Callable[[ObservedJob], ObservedJob | ServiceError | None]


@dataclass
class OneJob:
    """A service with one job, to which things happen at times of the clock."""

    clock: FakeClock
    job: ObservedJob | None = RUNNING
    calls: list[str] = field(default_factory=list)
    bodies: list[tuple[str | None, str | None]] = field(default_factory=list)
    happenings: dict[float, Happening] = field(default_factory=dict)
    """What becomes of the job, by seconds since the start; with an error, the service fails."""
    deaf: bool = False
    """Answer updates without applying them."""
    error: ServiceError | None = None

    def _pass_time(self) -> None:
        for time in sorted(self.happenings):
            if time <= self.clock.passed and self.job is not None:
                became = self.happenings.pop(time)(self.job)
                if isinstance(became, ServiceError):
                    self.error = became
                else:
                    self.job = became
        if self.error:
            raise self.error

    def get(self, key: JobKey) -> ObservedJob | None:
        assert key == KEY
        self.calls.append("get")
        self._pass_time()
        return self.job

    def update(self, key: JobKey, operation: str | None, status: str | None) -> ObservedJob:
        assert key == KEY
        self.calls.append("update")
        self.bodies.append((operation, status))
        self._pass_time()
        assert self.job is not None
        if not self.deaf:
            job = self.job
            self.job = replace(
                job, operation=operation or job.operation, status=status or job.status
            )
        return self.job

    def list_page(self, *_: object) -> Page:
        raise AssertionError("one job is not listed")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def service(clock: FakeClock) -> OneJob:
    return OneJob(clock)


@pytest.fixture
def reconciler(service: OneJob, clock: FakeClock) -> Reconciler:
    return Reconciler(service, JobReader(service, 4), clock, random.Random(7))


def wanted(
    operation: str | None = None,
    status: str | None = None,
    when: When | None = None,
    wait: str | None = None,
) -> DesiredJob:
    return DesiredJob(KEY, operation, status, when, wait=Wait(wait) if wait else None, name="push")


def quiet(line: str) -> None:
    raise AssertionError(f"nothing to report was expected: {line}")


def ends(status: str, error: str | None = None) -> Happening:
    return lambda job: replace(job, status=status, error=error)


def test_a_job_as_declared_needs_no_call(reconciler: Reconciler, service: OneJob) -> None:
    outcome = reconciler.bring(wanted(status="RUNNING"), RUNNING, quiet)
    assert outcome == Outcome(Nothing(), RUNNING)
    assert service.calls == []


def test_a_job_left_alone_needs_no_call(reconciler: Reconciler, service: OneJob) -> None:
    desired = wanted(status="FAILED", when=When(status="COMPLETED"))
    outcome = reconciler.bring(desired, RUNNING, quiet)
    assert outcome == Outcome(Skipped("when: status is RUNNING, not COMPLETED"), RUNNING)
    assert service.calls == []


@pytest.mark.parametrize(
    ("operation", "status"),
    [(None, "FAILED"), ("CreateBackend", "FAILED"), ("CloneBackend", "RUNNING")],
)
def test_one_update_sends_every_declared_field(
    reconciler: Reconciler, service: OneJob, operation: str | None, status: str
) -> None:
    outcome = reconciler.bring(wanted(operation, status), RUNNING, quiet)
    assert service.calls == ["get", "update"]
    assert service.bodies == [(operation, status)]
    assert isinstance(outcome.decision, Update)
    assert outcome.observed == service.job
    assert outcome.unsettled is None
    assert (
        reconciler.bring(wanted(operation, status), outcome.observed, quiet).decision == Nothing()
    )


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (replace(RUNNING, status="COMPLETED"), "status went from RUNNING to COMPLETED"),
        (replace(RUNNING, operation="X"), "operation went from CreateBackend to X"),
    ],
)
def test_a_job_that_moved_since_the_check_is_not_written(
    reconciler: Reconciler, service: OneJob, now: ObservedJob, said: str
) -> None:
    service.job = now
    with pytest.raises(JobMovedError) as caught:
        reconciler.bring(wanted(status="FAILED"), RUNNING, quiet)
    assert str(caught.value) == (
        f"push (d1/prod/4f1c) moved since it was checked: {said}; "
        "nothing was written, run it again to see the new change"
    )
    assert service.calls == ["get"]


def test_a_mere_touch_is_no_move(reconciler: Reconciler, service: OneJob) -> None:
    service.job = replace(RUNNING, update_time="99", error="x")
    reconciler.bring(wanted(status="FAILED"), RUNNING, quiet)
    assert service.bodies == [(None, "FAILED")]


def test_a_job_that_came_to_the_declared_state_by_itself_is_no_error(
    reconciler: Reconciler, service: OneJob
) -> None:
    service.job = replace(RUNNING, status="FAILED")
    outcome = reconciler.bring(wanted(status="FAILED"), RUNNING, quiet)
    assert outcome == Outcome(Nothing(), service.job)
    assert service.calls == ["get"]


def test_when_is_checked_again_right_before_the_write(
    reconciler: Reconciler, service: OneJob
) -> None:
    service.job = replace(RUNNING, status="COMPLETED")
    desired = wanted(status="FAILED", when=When(status="RUNNING"))
    outcome = reconciler.bring(desired, RUNNING, quiet)
    assert outcome.decision == Skipped("when: status is COMPLETED, not RUNNING")
    assert service.bodies == []


@pytest.mark.parametrize("seen", [RUNNING, None])
def test_a_job_that_is_gone_is_an_error(
    reconciler: Reconciler, service: OneJob, seen: ObservedJob | None
) -> None:
    service.job = None
    with pytest.raises(JobMissingError, match=r"push \(d1/prod/4f1c\): .* no such job"):
        reconciler.bring(wanted(status="FAILED"), seen, quiet)
    assert service.bodies == []


@pytest.mark.parametrize("seen", [RUNNING, None])
def test_a_job_that_is_gone_may_be_ignored(
    reconciler: Reconciler, service: OneJob, seen: ObservedJob | None
) -> None:
    service.job = None
    desired = replace(wanted(status="FAILED"), if_missing="ignore")
    outcome = reconciler.bring(desired, seen, quiet)
    assert outcome == Outcome(Skipped("the service has no such job"), None)


def test_an_answer_that_does_not_show_what_was_written_is_unsettled(
    reconciler: Reconciler, service: OneJob
) -> None:
    service.deaf = True
    service.job = replace(RUNNING, error="locked\nby console")
    outcome = reconciler.bring(wanted(status="FAILED"), service.job, quiet)
    assert outcome.unsettled == (
        "push (d1/prod/4f1c) was updated, but its status is RUNNING, not FAILED: "
        "locked by console; run it again, or declare a wait"
    )
    assert outcome.observed == service.job


def test_a_failing_update_is_an_error(reconciler: Reconciler, service: OneJob) -> None:
    service.error = ServiceUnavailableError("down")
    with pytest.raises(ServiceUnavailableError, match="down"):
        reconciler.bring(wanted(status="FAILED"), RUNNING, quiet)


def test_examining_plans_on_the_first_read_of_the_process(
    reconciler: Reconciler, service: OneJob
) -> None:
    expected = Update((Change("status", "RUNNING", "FAILED"),), previous=RUNNING)
    assert reconciler.examine(wanted(status="FAILED")) == expected
    service.job = None
    assert reconciler.examine(wanted(status="FAILED")) == expected
    assert service.calls == ["get"]


def test_examining_a_missing_job(reconciler: Reconciler, service: OneJob) -> None:
    service.job = None
    assert isinstance(reconciler.examine(wanted(status="FAILED")), Missing)


def test_a_wait_for_what_the_answer_shows_already_is_over_at_once(
    reconciler: Reconciler, service: OneJob, clock: FakeClock
) -> None:
    outcome = reconciler.bring(wanted(status="FAILED", wait="5m"), RUNNING, quiet)
    assert outcome.unsettled is None
    assert service.calls == ["get", "update"]
    assert clock.slept == []


def test_a_declared_operation_alone_is_waited_for_until_completed(
    reconciler: Reconciler, service: OneJob, clock: FakeClock
) -> None:
    service.happenings[10] = ends("COMPLETED")
    outcome = reconciler.bring(wanted("CloneBackend", wait="5m"), RUNNING, quiet)
    assert outcome.unsettled is None
    assert outcome.observed == service.job
    assert outcome.observed is not None
    assert outcome.observed.status == "COMPLETED"
    assert 10 <= clock.passed < 20
    assert service.bodies == [("CloneBackend", None)]


def test_a_job_that_ends_otherwise_is_told_with_its_own_error(
    reconciler: Reconciler, service: OneJob, clock: FakeClock
) -> None:
    service.happenings[10] = ends("FAILED", "no\nquota")
    service.deaf = True
    outcome = reconciler.bring(wanted("CloneBackend", "COMPLETED", wait="5m"), RUNNING, quiet)
    assert outcome.unsettled == (
        "push (d1/prod/4f1c) was updated, but the job ended as FAILED, not COMPLETED: no quota"
    )
    assert isinstance(outcome.decision, Update)
    assert clock.passed < 30


def test_a_wait_ends_at_its_timeout_and_not_later(
    reconciler: Reconciler, service: OneJob, clock: FakeClock
) -> None:
    service.job = replace(RUNNING, error="stuck")
    lines: list[str] = []
    outcome = reconciler.bring(wanted("CloneBackend", wait="1m40s"), service.job, lines.append)
    assert outcome.unsettled == (
        "push (d1/prod/4f1c) was updated, but it is still RUNNING after 1m40s: stuck"
    )
    assert outcome.observed is not None
    assert outcome.observed.operation == "CloneBackend"
    assert clock.passed == pytest.approx(100)
    assert max(clock.slept) <= 30
    assert service.calls[-1] == "get"


def test_progress_is_reported_every_thirty_seconds(
    reconciler: Reconciler, service: OneJob, clock: FakeClock
) -> None:
    told: list[tuple[float, str]] = []
    reconciler.bring(
        wanted("CloneBackend", wait="10m"), RUNNING, lambda line: told.append((clock.passed, line))
    )
    times = [time for time, _ in told]
    assert 13 <= len(times) <= 20
    gaps = [later - earlier for earlier, later in pairwise([0.0, *times])]
    assert all(30 <= gap < 46 for gap in gaps)
    for time, line in told:
        assert line == f"waiting for push (d1/prod/4f1c): RUNNING after {time:.0f} s"


@pytest.mark.parametrize(
    "error", [ServiceUnavailableError("GetBackendJob d1/prod/4f1c: down"), None]
)
def test_what_was_written_is_kept_when_the_waiting_is_cut_short(
    reconciler: Reconciler, service: OneJob, clock: FakeClock, error: ServiceError | None
) -> None:
    service.happenings[15] = lambda _: error
    outcome = reconciler.bring(wanted("CloneBackend", wait="5m"), RUNNING, quiet)
    why = f"the wait ended: {error}" if error else "the service no longer has the job"
    assert outcome.unsettled == f"push (d1/prod/4f1c) was updated, but {why}"
    assert outcome.observed == replace(RUNNING, operation="CloneBackend")
    assert isinstance(outcome.decision, Update)


def test_an_interrupt_while_waiting_keeps_what_was_written(service: OneJob) -> None:
    class Impatient(FakeClock):
        def sleep(self, _seconds: float, /) -> None:
            raise InterruptedRunError("interrupted")

    reconciler = Reconciler(service, JobReader(service, 4), Impatient())
    outcome = reconciler.bring(wanted("CloneBackend", wait="5m"), RUNNING, quiet)
    assert outcome.unsettled == ("push (d1/prod/4f1c) was updated, but the wait ended: interrupted")
    assert outcome.observed is not None
    assert outcome.observed.operation == "CloneBackend"


def test_a_wait_is_taken_up_again_without_a_write(
    reconciler: Reconciler, service: OneJob, clock: FakeClock
) -> None:
    service.happenings[40] = ends("COMPLETED")
    lines: list[str] = []
    outcome = reconciler.settle(wanted("CreateBackend", wait="5m"), lines.append)
    assert outcome == Outcome(Nothing(), replace(RUNNING, status="COMPLETED"))
    assert "update" not in service.calls
    assert len(lines) == 1


def test_a_wait_that_is_taken_up_again_may_end_unsettled(
    reconciler: Reconciler, service: OneJob
) -> None:
    service.happenings[10] = ends("FAILED")
    outcome = reconciler.settle(wanted("CreateBackend", wait="5m"), quiet)
    assert outcome.unsettled is not None
    assert "the job ended as FAILED, not COMPLETED" in outcome.unsettled


def test_a_wait_for_a_job_that_is_gone_is_not_taken_up(
    reconciler: Reconciler, service: OneJob
) -> None:
    service.job = None
    with pytest.raises(JobMissingError) as raised:
        reconciler.settle(wanted("CreateBackend", wait="5m"), quiet)
    assert str(raised.value) == "push (d1/prod/4f1c): the service no longer has the job"


def test_without_a_wait_there_is_none_to_take_up(
    reconciler: Reconciler, service: OneJob, clock: FakeClock
) -> None:
    outcome = reconciler.settle(wanted("CreateBackend"), quiet)
    assert outcome == Outcome(Nothing(), RUNNING)
    assert clock.slept == []
