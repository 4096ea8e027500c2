"""Which job is the latest."""

from __future__ import annotations

from pulumi_amplify_jobs.jobs import JobKey, Latest, ObservedJob
from pulumi_amplify_jobs.latest import newest


def job(job_id: str, created: str | None, status: str = "RUNNING") -> ObservedJob:
    return ObservedJob(JobKey("d1", "prod", job_id), "UpdateBackendAPI", status, created)


def test_the_one_that_was_created_last() -> None:
    jobs = [job("a", "9"), job("b", "1000"), job("c", "200")]  # as numbers, not as text
    assert newest(jobs, Latest()) == jobs[1]


def test_among_those_that_fit() -> None:
    jobs = [job("a", "9"), job("b", "10", "FAILED")]
    assert newest(jobs, Latest(status="RUNNING")) == jobs[0]
    assert newest(jobs, Latest(operation="CloneBackend")) is None
    assert newest([], Latest()) is None


def test_a_time_that_cant_be_used_is_never_the_latest() -> None:
    jobs = [job("a", None), job("b", "soon"), job("c", "1")]
    assert newest(jobs, Latest()) == jobs[2]
    assert newest(jobs[:2], Latest()) is None


def test_of_the_same_millisecond_the_order_of_the_list_does_not_count() -> None:
    jobs = [job("a", "1"), job("b", "1")]
    assert newest(jobs, Latest()) == newest(jobs[::-1], Latest()) == jobs[1]
