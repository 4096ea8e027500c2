"""Several waits at once: each in a thread of its own, on virtual time."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import accumulate, count, takewhile

import pytest

from pulumi_amplify_jobs.client.reader import JobReader
from pulumi_amplify_jobs.client.responses import Page
from pulumi_amplify_jobs.clock import Clock, InterruptibleClock
from pulumi_amplify_jobs.domain.jobs import EVERY_JOB, DesiredJob, JobFilter, ObservedJob, Wait
from pulumi_amplify_jobs.domain.keys import Environment, JobKey
from pulumi_amplify_jobs.domain.rules import Aim, AppSelector, Criteria, Rule, StillMatches
from pulumi_amplify_jobs.reconcile.job import Outcome, Reconciler
from pulumi_amplify_jobs.reconcile.waits import BACKOFF, Waiter, waiting_line
from tests.shared_clock import SharedClock
from tests.waiting import until

OPERATION = "CloneBackend"


def desired(number: int, environment: str = "prod", timeout: str = "30m") -> DesiredJob:
    key = JobKey("d1", environment, f"j{number}")
    return DesiredJob(key, OPERATION, wait=Wait(timeout), name=f"job{number}")


@dataclass
class Jobs:
    """Jobs that are RUNNING, each until its time comes."""

    clock: Clock
    began: float = 0.0
    ends: dict[JobKey, tuple[float, str]] = field(default_factory=dict)
    """Seconds since the start after which a job has another status."""
    shown: set[JobKey] = field(default_factory=set)
    gets: list[float] = field(default_factory=list)
    lists: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = self.clock.now()

    def _now(self) -> float:
        return self.clock.now() - self.began

    def _job(self, key: JobKey) -> ObservedJob:
        end, status = self.ends.get(key, (float("inf"), ""))
        if self._now() < end:
            return ObservedJob(key, OPERATION, "RUNNING")
        return ObservedJob(key, OPERATION, status, error="no quota" if status == "FAILED" else None)

    def get(self, key: JobKey) -> ObservedJob | None:
        self.gets.append(self._now())
        self.shown.add(key)
        return self._job(key)

    def update(self, *_: object) -> ObservedJob:
        raise AssertionError("nothing is to be written")

    def list_page(
        self,
        environment: Environment,
        _token: str | None,
        _only: JobFilter = EVERY_JOB,
    ) -> Page:
        self.lists.append(self._now())
        return [self._job(key) for key in self.shown if key.environment == environment], None


@dataclass
class Run:
    """Waits on virtual time, and what was told meanwhile."""

    clock: SharedClock
    service: Jobs
    told: list[tuple[float, str]] = field(default_factory=list)
    over: dict[str, float] = field(default_factory=dict)

    def settle(self, jobs: dict[DesiredJob, float]) -> list[Outcome]:
        """Wait for these jobs, each from so many seconds on."""
        dice = random.Random(7)
        reconciler = Reconciler(self.service, JobReader(self.service, 4), self.clock, dice)
        return self.clock.run([(start, self._task(reconciler, job)) for job, start in jobs.items()])

    def _task(self, reconciler: Reconciler, job: DesiredJob) -> Callable[[], Outcome]:
        def task() -> Outcome:
            outcome = reconciler.settle(job, self._tell)
            self.over[str(job.name)] = self.clock.passed
            return outcome

        return task

    def _tell(self, line: str) -> None:
        self.told.append((self.clock.passed, line))


@pytest.fixture
def run() -> Run:
    clock = SharedClock()
    return Run(clock, Jobs(clock))


def looks_of_one_wait(seconds: float) -> int:
    """How many looks a wait takes at most until so many seconds have passed."""
    moments = accumulate(BACKOFF.pause(number, Earliest()) for number in count(1))
    return 1 + sum(1 for _ in takewhile(lambda moment: moment < seconds, moments))


class Earliest(random.Random):
    """Dice that always make the pause as short as it can be."""

    def uniform(self, a: float, b: float) -> float:
        return min(a, b)


def test_twenty_waits_of_an_environment_list_it_and_read_no_job_alone(run: Run) -> None:
    jobs = {desired(number): number / 100 for number in range(20)}
    run.service.ends = {job.key: (300.0, "COMPLETED") for job in jobs}
    outcomes = run.settle(jobs)
    assert [outcome.unsettled for outcome in outcomes] == [None] * 20
    # Each wait begins with a read of its own. The first one looks before others have come.
    alone = [at for at in run.service.gets if at > 0.2]
    assert len(alone) <= 1
    assert len(run.service.lists) <= 2 * looks_of_one_wait(330)
    assert all(300 <= at < 331 for at in run.over.values())


def test_environments_are_polled_apart(run: Run) -> None:
    pairs = [desired(1), desired(2), desired(3, "dev"), desired(4, "dev")]
    run.service.ends = {job.key: (100.0, "COMPLETED") for job in pairs}
    outcomes = run.settle(dict.fromkeys(pairs, 0.0))
    assert [outcome.unsettled for outcome in outcomes] == [None] * 4
    assert {line.split(" (")[0] for _, line in run.told} == {
        "waiting for 2 jobs of d1/prod",
        "waiting for 2 jobs of d1/dev",
    }


def test_pauses_grow_from_two_to_thirty_seconds_and_each_is_jittered() -> None:
    dice = random.Random(7)
    some = [BACKOFF.pause(number, dice) for number in range(1, 201)]
    assert 1 <= some[0] <= 2
    assert all(15 <= pause <= 30 for pause in some[10:])
    assert max(some) > 29
    assert min(some[10:]) < 16
    assert len(set(some)) == len(some)


def test_who_comes_late_need_not_keep_to_the_others_pauses(run: Run) -> None:
    old, new = desired(1), desired(2)
    run.service.ends = {old.key: (900.0, "COMPLETED"), new.key: (603.0, "COMPLETED")}
    run.settle({old: 0.0, new: 600.0})
    assert 603 <= run.over["job2"] < 612


def test_one_job_that_fails_is_told_with_its_own_error_and_holds_no_other_up(run: Run) -> None:
    jobs = [desired(number) for number in range(5)]
    run.service.ends = {job.key: (200.0, "COMPLETED") for job in jobs}
    run.service.ends[jobs[2].key] = (50.0, "FAILED")
    outcomes = run.settle(dict.fromkeys(jobs, 0.0))
    assert [outcome.unsettled for outcome in outcomes] == [
        None,
        None,
        "job2 (d1/prod/j2) was updated, but the job ended as FAILED, not COMPLETED: no quota",
        None,
        None,
    ]
    assert run.over["job2"] < 90


def test_a_timeout_is_kept_and_its_last_look_is_no_others(run: Run) -> None:
    jobs = {desired(number, timeout="5m"): float(number) for number in range(6)}
    *still, settled = jobs
    run.service.ends[settled.key] = (304.9, "COMPLETED")
    *failures, success = run.settle(jobs)
    for job, failure in zip(still, failures, strict=True):
        assert failure.unsettled == (f"{job.label} was updated, but it is still RUNNING after 5m")
        assert run.over[str(job.name)] == pytest.approx(300 + jobs[job])
    assert success.unsettled is None
    assert run.over[str(settled.name)] == pytest.approx(305)


def test_the_waits_of_an_environment_are_told_in_one_line_every_thirty_seconds(run: Run) -> None:
    jobs = {desired(number): number * 2.0 for number in range(5)}
    run.service.ends = {job.key: (95.0, "COMPLETED") for job in jobs}
    run.settle(jobs)
    named = "waiting for 5 jobs of d1/prod (job0, job1, job2 and 2 more)"
    first = run.told[:3]
    assert [line for _, line in first] == [
        f"{named}: RUNNING after {time} s at most" for time in (30, 60, 90)
    ]
    assert [time for time, _ in first] == pytest.approx([30, 60, 90])


def test_a_line_names_what_there_is_to_name() -> None:
    one = Waiter(desired(1), 10.0, ObservedJob(desired(1).key, OPERATION, "RUNNING"))
    other = Waiter(
        replace(desired(2), name=None), 40.0, ObservedJob(desired(2).key, OPERATION, "PENDING\n1")
    )
    assert waiting_line([one], 70.0) == "waiting for job1 (d1/prod/j1): RUNNING after 60 s"
    assert waiting_line([one, other], 70.0) == (
        "waiting for 2 jobs of d1/prod (job1, j2): RUNNING, PENDING 1 after 60 s at most"
    )
    rule = Rule("stuck", AppSelector(("*",)), ("*",), Criteria(), Aim(OPERATION), limit=5)
    ruled = [
        replace(each, desired=replace(each.desired, name="stuck", provided=StillMatches(rule, 0.0)))
        for each in (one, other)
    ]
    assert waiting_line(ruled, 70.0) == (
        "waiting for 2 jobs of d1/prod (j1, j2): RUNNING, PENDING 1 after 60 s at most"
    )


def test_an_interrupt_ends_every_wait_at_once_and_keeps_what_was_seen() -> None:
    stop = threading.Event()
    clock = InterruptibleClock(stop)
    service = Jobs(clock)
    reconciler = Reconciler(service, JobReader(service, 4), clock)
    with ThreadPoolExecutor(12) as pool:
        waits = [
            pool.submit(reconciler.settle, desired(number), lambda _: None) for number in range(12)
        ]
        until(lambda: len(service.shown) == 12)
        stop.set()
        outcomes = [wait.result(5) for wait in waits]
    assert Counter(str(outcome.unsettled).split(") ")[1] for outcome in outcomes) == {
        "was updated, but the wait ended: interrupted": 12
    }
    assert all(outcome.observed is not None for outcome in outcomes)
