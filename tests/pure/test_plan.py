"""What to do about a job: desired by observed, and how a wait is judged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.domain.jobs import DesiredJob, ObservedJob, Wait, When
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.plan import (
    Change,
    Ended,
    Missing,
    Nothing,
    Plan,
    Progress,
    Settled,
    Skipped,
    Update,
    Waiting,
    moved_since,
    plan,
    progress,
)

KEY = JobKey("d1", "prod", "4f1c")


def desired(operation: str | None = None, status: str | None = None, **rest: str) -> DesiredJob:
    when = When(rest.get("when_operation"), rest.get("when_status"))
    job = DesiredJob(KEY, operation, status, when if when != When() else None, name="push")
    return replace(job, if_missing="ignore") if rest.get("if_missing") == "ignore" else job


def live(
    operation: str | None = "Op", status: str | None = "RUNNING", error: str | None = None
) -> ObservedJob:
    return ObservedJob(KEY, operation, status, "1", "2", error)


def update(observed: ObservedJob, *changes: Change) -> Update:
    return Update(changes, previous=observed)


PLANS = {
    "as declared": (desired(status="RUNNING"), live(), Nothing()),
    "both as declared": (desired("Op", "RUNNING"), live(), Nothing()),
    "status differs": (
        desired(status="FAILED"),
        live(),
        update(live(), Change("status", "RUNNING", "FAILED")),
    ),
    "operation differs, status undeclared": (
        desired("New"),
        live(),
        update(live(), Change("operation", "Op", "New")),
    ),
    "both differ, operation first": (
        desired("New", "FAILED"),
        live(),
        update(live(), Change("operation", "Op", "New"), Change("status", "RUNNING", "FAILED")),
    ),
    "only one of two differs": (
        desired("Op", "FAILED"),
        live(),
        update(live(), Change("status", "RUNNING", "FAILED")),
    ),
    "live field absent": (
        desired(status="FAILED"),
        live(status=None),
        update(live(status=None), Change("status", None, "FAILED")),
    ),
    "case counts": (
        desired(status="running"),
        live(),
        update(live(), Change("status", "RUNNING", "running")),
    ),
    "when holds": (
        desired(status="FAILED", when_status="RUNNING"),
        live(),
        update(live(), Change("status", "RUNNING", "FAILED")),
    ),
    "when does not hold": (
        desired(status="FAILED", when_status="RUNNING"),
        live(status="COMPLETED"),
        Skipped("when: status is COMPLETED, not RUNNING"),
    ),
    "half of when does not hold": (
        desired(status="FAILED", when_operation="Other", when_status="RUNNING"),
        live(),
        Skipped("when: operation is Op, not Other"),
    ),
    "when asks for an absent field": (
        desired(status="FAILED", when_status="RUNNING"),
        live(status=None),
        Skipped("when: status is absent, not RUNNING"),
    ),
    "as declared though when does not hold": (
        desired(status="FAILED", when_status="RUNNING"),
        live(status="FAILED"),
        Nothing(),
    ),
    "missing": (
        desired(status="FAILED"),
        None,
        Missing(
            "push (d1/prod/4f1c): the service has no such job; "
            "correct its appId, backendEnvironmentName or jobId, or the region, remove it, or set "
            "ifMissing: ignore"
        ),
    ),
    "missing and ignored": (
        desired(status="FAILED", if_missing="ignore"),
        None,
        Skipped("the service has no such job"),
    ),
    "missing though when is given": (
        desired(status="FAILED", when_status="RUNNING", if_missing="ignore"),
        None,
        Skipped("the service has no such job"),
    ),
    "there though missing is ignored": (
        desired(status="FAILED", if_missing="ignore"),
        live(),
        update(live(), Change("status", "RUNNING", "FAILED")),
    ),
}


@pytest.mark.parametrize(
    ("when_status", "expected"),
    [
        ("RUNNING", Skipped("asked of RUNNING")),
        ("FAILED", Skipped("when: status is RUNNING, not FAILED")),
    ],
)
def test_what_else_has_to_hold_is_asked_of_the_live_job_once_when_holds(
    when_status: str, expected: Plan
) -> None:
    wanted = desired(status="DONE", when_status=when_status)
    asking = replace(wanted, provided=lambda job: f"asked of {job.status}")
    assert plan(asking, live()) == expected
    assert plan(replace(wanted, provided=lambda _: None, when=None), live()) == update(
        live(), Change("status", "RUNNING", "DONE")
    )


@pytest.mark.parametrize(("wanted", "observed", "expected"), PLANS.values(), ids=PLANS)
def test_plan(wanted: DesiredJob, observed: ObservedJob | None, expected: Plan) -> None:
    assert plan(wanted, observed) == expected


values = (
    st.none() | st.sampled_from(["RUNNING", "FAILED", "A", "B"]) | st.text(min_size=1, max_size=6)
)
observed_jobs = st.builds(ObservedJob, st.just(KEY), values, values, values, values, values)
desired_jobs = st.builds(
    DesiredJob,
    st.just(KEY),
    values,
    values,
    st.none() | st.builds(When, values, values),
    st.sampled_from(["error", "ignore"]),
    st.none() | st.just(Wait("1m")),
    st.none() | st.just("name"),
).filter(lambda job: job.operation is not None or job.status is not None)


def applied(wanted: DesiredJob, observed: ObservedJob) -> ObservedJob:
    """Return the job after UpdateBackendJob with every declared field."""
    return replace(
        observed,
        operation=observed.operation if wanted.operation is None else wanted.operation,
        status=observed.status if wanted.status is None else wanted.status,
    )


@given(desired_jobs, observed_jobs)
def test_after_the_update_there_is_nothing_left_to_do(
    wanted: DesiredJob, observed: ObservedJob
) -> None:
    assert plan(wanted, applied(wanted, observed)) == Nothing()


@given(desired_jobs, observed_jobs)
def test_changes_are_exactly_the_declared_fields_that_differ(
    wanted: DesiredJob, observed: ObservedJob
) -> None:
    decision = plan(wanted, observed)
    differing = {
        field
        for field in ("operation", "status")
        if getattr(wanted, field) not in (None, getattr(observed, field))
    }
    if isinstance(decision, Update):
        assert {change.field for change in decision.changes} == differing
        assert all(change.live != change.wanted for change in decision.changes)
        assert decision.previous == observed
    elif isinstance(decision, Nothing):
        assert not differing
    else:
        assert differing
        assert wanted.when is not None


@given(desired_jobs, st.none() | observed_jobs)
def test_reasons_are_one_line_whatever_the_service_says(
    wanted: DesiredJob, observed: ObservedJob | None
) -> None:
    decision = plan(wanted, observed)
    if isinstance(decision, Skipped | Missing):
        assert decision.reason.isprintable()
    if observed is not None:
        state = progress(wanted, observed)
        assert not isinstance(state, Ended) or state.reason.isprintable()
        moved = moved_since(live(), observed)
        assert moved is None or moved.isprintable()


@pytest.mark.parametrize(
    ("wanted", "observed", "expected"),
    [
        (desired(status="FAILED"), live(), Waiting()),
        (desired(status="FAILED"), live(status=None), Waiting()),
        (desired(status="FAILED"), live(status="FAILED"), Settled()),
        (
            desired(status="FAILED"),
            live(status="COMPLETED"),
            Ended("the job ended as COMPLETED, not FAILED"),
        ),
        (
            desired("Op", "COMPLETED"),
            live(status="FAILED", error="quota\nexceeded"),
            Ended("the job ended as FAILED, not COMPLETED: quota exceeded"),
        ),
        (desired("Op"), live(), Waiting()),
        (desired("Op"), live(status="COMPLETED"), Settled()),
        (desired("Op"), live(status="FAILED"), Ended("the job ended as FAILED, not COMPLETED")),
        (desired("New"), live(status="COMPLETED"), Waiting()),
        (desired("New", "FAILED"), live(status="FAILED"), Waiting()),
        (desired(status="PAUSED"), live(status="PAUSED"), Settled()),
        (
            desired(status="PAUSED"),
            live(status="COMPLETED"),
            Ended("the job ended as COMPLETED, not PAUSED"),
        ),
        (desired(status="RUNNING"), live(), Settled()),
        (desired(status="FAILED"), None, Ended("the service no longer has the job")),
    ],
)
def test_progress(wanted: DesiredJob, observed: ObservedJob | None, expected: Progress) -> None:
    assert progress(wanted, observed) == expected


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (live(), None),
        (replace(live(), update_time="99", create_time="98", error="boo"), None),
        (live(status="COMPLETED"), "status went from RUNNING to COMPLETED"),
        (live(operation=None), "operation went from Op to absent"),
        (None, "it is gone"),
    ],
)
def test_moved_since(now: ObservedJob | None, said: str | None) -> None:
    assert moved_since(live(), now) == said
