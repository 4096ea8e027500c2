"""Which job is the latest."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.domain.jobs import Latest, ObservedJob
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.latest import newest

NOW = 1_700_000_000.0
ANY = Latest()


def job(job_id: str, created: str | None, status: str = "RUNNING") -> ObservedJob:
    return ObservedJob(JobKey("d1", "prod", job_id), "UpdateBackendAPI", status, created)


def latest_of(jobs: list[ObservedJob], latest: Latest = ANY) -> ObservedJob | None:
    return newest(jobs, latest, NOW).job


def test_the_one_that_was_created_last() -> None:
    jobs = [job("a", "1600000000009"), job("b", "1600000001000"), job("c", "01600000000200")]
    assert latest_of(jobs) == jobs[1]


def test_among_those_that_fit() -> None:
    jobs = [job("a", "1600000000009"), job("b", "1600000000010", "FAILED")]
    assert latest_of(jobs, Latest(status="RUNNING")) == jobs[0]
    assert latest_of(jobs, Latest(operation="CloneBackend")) is None
    assert latest_of([]) is None


@pytest.mark.parametrize(
    "created", [None, "", "soon", "0", "1", "1699999000", "1700000300001", "9999999999999"]
)
def test_a_time_in_doubt_is_never_the_latest_and_told(created: str | None) -> None:
    jobs = [job("a", created), job("b", "1600000000001")]
    choice = newest(jobs, Latest(), NOW)
    assert choice.job == jobs[1]
    [line] = choice.doubts
    assert line.startswith("d1/prod/a can't be the latest: its createTime is ")
    assert latest_of(jobs[:1]) is None


def test_what_is_not_asked_for_is_in_no_doubt() -> None:
    assert newest([job("a", "1")], Latest(status="FAILED"), NOW).doubts == ()


def test_of_the_same_millisecond_the_order_of_the_list_does_not_count() -> None:
    jobs = [job("a", "1600000000001"), job("b", "1600000000001")]
    assert latest_of(jobs) == latest_of(jobs[::-1]) == jobs[1]


def test_those_behind_one_that_does_not_fit_are_looked_at_too() -> None:
    jobs = [job("a", "1600000000001", "FAILED"), job("b", "1600000000002")]
    assert latest_of(jobs, Latest(status="RUNNING")) == jobs[1]


def test_a_job_that_is_listed_twice_is_one_job() -> None:
    same = job("a", "1600000000001")
    assert latest_of([same, job("a", "1600000000001", "FAILED")]) == same


def test_a_long_name_is_cut() -> None:
    [line] = newest([job("x" * 300, None)], ANY, NOW).doubts
    assert line.startswith(f"d1/prod/{'x' * 191}… can't be the latest")
