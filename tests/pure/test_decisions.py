"""Decisions as data: what the inputs say of a job, and what outputs say of the last write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_amplify_jobs.domain.jobs import DesiredJob, ObservedJob
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.plan import Nothing, Skipped, Update, plan
from pulumi_amplify_jobs.dynamic.decisions import (
    ASIDE,
    created_of,
    failed,
    job_came_back,
    lags,
    last_write,
    left_alone,
    matches_that_came_back,
    move_of,
    plan_of,
)

KEY = JobKey("d1", "prod", "1")
SETTLED = "2025-11-24T00:00:00Z"
NOW = 1_763_942_403.0
"""Three seconds after it settled."""
STUCK = ObservedJob(KEY, "UpdateBackendAPI", "RUNNING", "1763900000000", "1763938800000")
BEFORE = {
    "operation": "UpdateBackendAPI",
    "status": "RUNNING",
    "updated": "2025-11-23T23:00:00Z",
}


def update(observed: ObservedJob = STUCK, **declared: str) -> Update:
    decision = plan(DesiredJob(KEY, **(declared or {"status": "FAILED"})), observed)  # type: ignore[arg-type]
    assert isinstance(decision, Update)
    return decision


def test_an_update_says_from_what_to_what() -> None:
    assert plan_of(update()) == {"action": "update", "from": BEFORE, "to": {"status": "FAILED"}}
    assert plan_of(update(operation="A", status="B"))["to"] == {"operation": "A", "status": "B"}


def test_what_the_service_does_not_show_is_left_out() -> None:
    assert move_of(update(ObservedJob(KEY, None, "RUNNING"))) == {
        "from": {"status": "RUNNING"},
        "to": {"status": "FAILED"},
    }


@pytest.mark.parametrize("adopts", [False, True])
def test_what_is_skipped_has_its_reason_whether_or_not_it_is_recorded(adopts: bool) -> None:
    assert plan_of(Skipped("why"), adopts=adopts) == {"action": "skipped", "reason": "why"}


def test_what_is_as_declared_is_adopted_once() -> None:
    assert plan_of(Nothing(), adopts=True) == {"action": "adopt"}
    assert plan_of(Nothing()) == {"action": "nothing"}


def test_a_reason_that_may_not_be_shown_is_left_out() -> None:
    assert left_alone("why") == {"action": "skipped", "reason": "why"}
    assert left_alone(None) == {"action": "skipped"}


def test_what_could_not_be_read_has_the_reason() -> None:
    assert failed("gone") == {"action": "error", "reason": "gone"}


def test_when_a_job_was_created_is_a_moment_as_far_as_the_service_says() -> None:
    assert created_of(STUCK) == "2025-11-23T12:13:20Z"
    assert created_of(replace(STUCK, create_time=None)) is None
    assert created_of(None) is None


@pytest.mark.parametrize(
    ("outputs", "last"),
    [
        ({}, {}),
        ({"plan": {"action": "nothing"}}, {"plan": {"action": "nothing"}}),
        ({"settled": SETTLED, "status": "FAILED"}, {"settled": SETTLED}),
        ({"previous": BEFORE}, {"plan": {"from": BEFORE}}),
        ({"previous": "?"}, {}),
        ({"plan": {"action": "update"}, "previous": BEFORE}, {"plan": {"action": "update"}}),
    ],
    ids=["none", "plan", "settled", "first release", "damaged", "both"],
)
def test_the_last_write_of_outputs(outputs: dict[str, Any], last: dict[str, Any]) -> None:
    assert last_write(outputs) == last


AFTER = {"create_time": STUCK.create_time, "update_time": "1763942400000", "settled": SETTLED}


@pytest.mark.parametrize(
    ("recorded", "observed", "may"),
    [
        ({}, STUCK, True),
        ({}, None, False),
        ({}, replace(STUCK, create_time="1763900000001"), False),
        ({"unsettled": "it still shows RUNNING"}, STUCK, False),
        ({"update_time": STUCK.update_time}, STUCK, False),
        ({"update_time": None}, STUCK, False),
        ({"settled": None}, STUCK, False),
        ({"settled": "2025-11-23T23:59:53Z"}, STUCK, False),
    ],
    ids=[
        "as before the write",
        "gone",
        "another job",
        "never shown",
        "no earlier",
        "no time",
        "not written",
        "long ago",
    ],
)
def test_a_read_that_shows_the_job_before_the_last_write(
    recorded: dict[str, Any], observed: ObservedJob | None, may: bool
) -> None:
    assert lags(AFTER | recorded, observed, NOW) is may


WRITE = {"plan": {"action": "update", "from": BEFORE, "to": {}}, "settled": SETTLED}


def test_a_settled_job_that_came_back_is_named_with_what_it_shows_and_since_when() -> None:
    assert job_came_back(WRITE, KEY, update(), NOW) == (
        f"d1/prod/1 was settled 3s ago ({SETTLED}), and came back: status RUNNING again; {ASIDE}"
    )
    both = update(operation="DeleteBackend", status="FAILED")
    told = job_came_back(WRITE, KEY, both, NOW)
    assert told is not None
    assert "came back: operation UpdateBackendAPI and status RUNNING again; " in told


def test_a_write_that_never_showed_is_said_to_show_the_same_still() -> None:
    recorded = {**WRITE, "unsettled": "it shows RUNNING"}
    assert job_came_back(recorded, KEY, update(), NOW) == (
        f"d1/prod/1 was updated 3s ago ({SETTLED}), and still shows status RUNNING"
    )


@pytest.mark.parametrize(
    "outputs",
    [
        {},
        {"plan": WRITE["plan"]},
        {"settled": SETTLED},
        {"settled": SETTLED, "plan": {"action": "nothing"}},
        {"settled": 5, "plan": WRITE["plan"]},
        {"settled": SETTLED, "plan": {"from": "RUNNING"}},
        {"settled": SETTLED, "plan": {"from": {**BEFORE, "status": "COMPLETED"}}},
    ],
    ids=["none", "unsettled", "no plan", "no write", "damaged", "damaged from", "another status"],
)
def test_without_a_write_of_just_this_no_job_came_back(outputs: dict[str, Any]) -> None:
    assert job_came_back(outputs, KEY, update(), NOW) is None


def test_one_field_that_is_as_before_is_not_enough() -> None:
    moved = update(replace(STUCK, operation="CloneBackend"), operation="A", status="FAILED")
    assert job_came_back(WRITE, KEY, moved, NOW) is None


def test_a_moment_that_is_none_is_shown_as_it_stands() -> None:
    told = job_came_back({**WRITE, "settled": "lately"}, KEY, update(), NOW)
    assert told is not None
    assert "was settled at lately, and came back" in told


def entry(job: str, time: str, **more: str) -> dict[str, Any]:
    return {"job": job, "time": time, "from": BEFORE, **more}


def test_matching_jobs_that_a_rule_wrote_before_by_the_newest_of_each() -> None:
    second, third = (replace(STUCK, key=JobKey("d1", "prod", job_id)) for job_id in "23")
    history = [
        entry("d1/prod/2", "2025-11-24T00:00:01Z", unsettled="it shows RUNNING"),
        entry("d1/prod/1", SETTLED),
        entry("d1/prod/2", "2025-11-23T00:00:00Z"),
    ]
    assert matches_that_came_back(history, [STUCK, second, third], NOW) == [
        f"d1/prod/1 was settled 3s ago ({SETTLED}), and came back; {ASIDE}",
        "d1/prod/2 was updated 2s ago (2025-11-24T00:00:01Z), and still matches",
    ]


def test_the_name_of_a_job_in_a_rule_s_history_is_shortened() -> None:
    long = replace(STUCK, key=JobKey("d1", "prod", "1" * 300))
    [line] = matches_that_came_back([entry(long.key.id, SETTLED)], [long], NOW)
    assert line.startswith(long.key.id[:199] + "…")
