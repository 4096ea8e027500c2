"""What the engine's steps and the computed inputs say will happen to a job or a rule: each case."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.report.engine_jobs import (
    declared_job,
    is_unread,
    key_in,
    matched_jobs,
    move_cell,
    target_in,
)
from pulumi_amplify_jobs.report.engine_run import ResourceState, Step, Steps
from pulumi_amplify_jobs.report.model import Cell, ReportedJob
from pulumi_amplify_jobs.report.values import SECRET, UNKNOWN

KEY = {"app_id": "d1", "backend_environment_name": "prod", "job_id": "1"}
NAMED = JobKey("d1", "prod", "1")
CREATED, UPDATED = "2025-11-24T00:00:00Z", "2025-11-25T00:00:00Z"
FIRST, LAST = 1763942400.0, 1764028800.0
TARGET = {"name": "shop", "region": "eu-west-1"}
NOTHING = ResourceState({}, {})
LIVE = {
    "operation": "Op",
    "status": "FAILED",
    "create_time": "1763942400000",
    "update_time": UPDATED,
}
DECLARED = {**KEY, "status": "FAILED", "target": "shop"}
RECORDED = ResourceState(DECLARED, {**KEY, **LIVE, "declared": {"status": "FAILED"}})


def steps(op: str, plan: Any, old: ResourceState = RECORDED, **inputs: Any) -> Steps:
    """Return the one step of a resource, whose check decided this."""
    new = ResourceState({**DECLARED, "plan": plan, **inputs}, {})
    return Steps(None, Step(op, None, NOTHING if op == "create" else old, new))


def said(op: str, plan: Any, old: ResourceState = RECORDED, **inputs: Any) -> ReportedJob:
    return declared_job("push", steps(op, plan, old, **inputs))


def job(action: Any, reason: str | None, **rest: Any) -> ReportedJob:
    """Return what is reported of the job that is recorded."""
    fields = {"operation": Cell("Op"), "status": Cell("FAILED"), "created": FIRST, "updated": LAST}
    return ReportedJob("push", action, NAMED, reason=reason, target="shop", **{**fields, **rest})


FROM = {"operation": "Op", "status": "RUNNING", "updated": UPDATED}
UPDATE = {"action": "update", "from": FROM, "to": {"status": "FAILED"}}
MOVED = {"status": Cell("RUNNING", "FAILED")}
NEW = {"operation": Cell(), "created": FIRST, "updated": None}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (partial(said, "same", {"action": "nothing"}), job("unchanged", None)),
        (partial(said, "same", UPDATE), job("unchanged", None)),
        (partial(said, "delete", UPDATE), job("forget", "no longer declared, stays as it is")),
        (
            partial(said, "update", {"action": "skipped", "reason": "when: no"}),
            job("skipped", "when: no"),
        ),
        (partial(said, "update", {"action": "error", "reason": "denied"}), job("error", "denied")),
        (partial(said, "same", {"action": "error", "reason": "denied"}), job("error", "denied")),
        (partial(said, "update", UPDATE), job("update", "drifted", **MOVED)),
        (
            partial(said, "update", UPDATE, status="DONE"),
            job("update", "its declaration changed", **MOVED),
        ),
        (
            partial(said, "update", UPDATE, wait={"timeout": "1h"}),
            job("update", "its declaration changed", **MOVED),
        ),
        (
            partial(
                said,
                "update",
                UPDATE,
                ResourceState(DECLARED, {**RECORDED.outputs, "unsettled": "timeout"}),
            ),
            job("update", "the last wait for it failed", **MOVED),
        ),
        (
            partial(said, "update", {"action": "nothing"}, status="DONE"),
            job("record", "its declaration changed", status=Cell("DONE")),
        ),
        (
            partial(said, "create", UPDATE, created=CREATED),
            job("update", "newly declared", created=FIRST, **MOVED),
        ),
        (
            partial(said, "create", {"action": "adopt"}, created=CREATED),
            job("adopt", "newly declared", **NEW),
        ),
        (
            partial(said, "replace", {"action": "adopt"}, created=CREATED),
            job("adopt", "in place of d1/prod/1", **NEW),
        ),
        (
            partial(said, "replace", {"action": "adopt"}, ResourceState({}, {}), created=CREATED),
            job("adopt", "in place of another job", **NEW),
        ),
        (
            partial(said, "update", UNKNOWN),
            job(
                "update",
                "the outcome is known after up",
                status=Cell(None, "FAILED"),
                operation=Cell(),
                updated=None,
            ),
        ),
    ],
)
def test_a_declared_job(found: Callable[[], ReportedJob], expected: ReportedJob) -> None:
    assert found() == expected


@pytest.mark.parametrize(
    ("op", "plan"),
    [
        ("same", {}),
        ("delete", {}),
        ("update", {"action": "error"}),
        ("update", {"action": "skipped"}),
    ],
)
def test_a_job_that_stays_as_it_is_shows_its_own_status(op: str, plan: Any) -> None:
    old = ResourceState({**DECLARED, "status": "DONE"}, RECORDED.outputs)
    assert said(op, plan, old, status="DONE").status == Cell("FAILED")


def test_a_secret_status_stays_one_where_no_call_is_planned() -> None:
    plan = {"action": "nothing"}
    assert said("update", plan, status=SECRET).status == Cell("FAILED")
    nameless = ResourceState(DECLARED, {**KEY, "declared": SECRET})
    assert said("update", plan, nameless, status=SECRET).status == Cell(SECRET)


@pytest.mark.parametrize(
    ("declared", "updated", "reason"),
    [
        (SECRET, UPDATED, "drifted, or its secret declaration changed"),
        ({"status": SECRET}, UPDATED, "drifted, or its secret declaration changed"),
        ({"status": SECRET}, "2025-11-26T00:00:00Z", "drifted"),
        ({"status": SECRET}, None, "drifted, or its secret declaration changed"),
        ({"status": "FAILED"}, UPDATED, "drifted"),
        ({"status": "OTHER"}, UPDATED, "its declaration changed"),
    ],
)
def test_why_a_job_with_a_secret_declaration_changes(
    declared: Any, updated: str | None, reason: str
) -> None:
    old = ResourceState(DECLARED, {**RECORDED.outputs, "declared": declared})
    plan = {**UPDATE, "from": {**FROM, "updated": updated}}
    assert said("update", plan, old).reason == reason


def test_a_change_of_an_option_is_one_also_where_the_status_is_secret() -> None:
    old = ResourceState(DECLARED, {**RECORDED.outputs, "declared": SECRET})
    assert said("update", UPDATE, old, when={"status": "X"}).reason == "its declaration changed"


def test_a_moment_at_the_beginning_of_time_is_a_moment() -> None:
    old = ResourceState(DECLARED, {**RECORDED.outputs, "declared": SECRET, "update_time": "0"})
    plan = {**UPDATE, "from": {**FROM, "updated": "1970-01-01T00:00:00Z"}}
    assert said("update", plan, old).reason == "drifted, or its secret declaration changed"
    plan["from"] = {**FROM, "updated": "1970-01-01T00:00:01Z"}
    assert said("update", plan, old).reason == "drifted"


@pytest.mark.parametrize(
    ("state", "key", "target"),
    [
        (ResourceState({**KEY, "target": "shop"}, {}), NAMED, "shop"),
        (ResourceState({}, {**KEY, "target": "shop"}), NAMED, "shop"),
        (ResourceState({}, {**KEY, "target": TARGET}), NAMED, "shop"),
        (ResourceState({"target": TARGET}, {"target": "other"}), None, "shop"),
        (ResourceState({"target": {}}, {}), None, ""),
        (NOTHING, None, ""),
    ],
)
def test_what_names_a_resource(state: ResourceState, key: JobKey | None, target: str) -> None:
    assert (key_in(state), target_in(state)) == (key, target)


@pytest.mark.parametrize(
    ("plan", "unread"),
    [({"action": "error"}, True), ({"action": "update"}, False), (None, False), ("error", False)],
)
def test_what_could_not_be_read_says_so(plan: Any, unread: bool) -> None:
    assert is_unread(steps("update", plan)) is unread


@pytest.mark.parametrize(
    ("move", "is_set", "cell"),
    [
        ({"from": SECRET, "to": SECRET}, True, Cell(SECRET, SECRET)),
        ({"from": SECRET, "to": SECRET}, False, Cell(SECRET)),
        ({"from": {"status": "A"}, "to": SECRET}, True, Cell("A", SECRET)),
        ({"from": {"status": "A"}, "to": {"status": "B"}}, True, Cell("A", "B")),
        ({"from": {}, "to": {}}, True, Cell()),
        ({}, False, Cell()),
    ],
)
def test_a_move_of_one_field(move: Any, is_set: bool, cell: Cell) -> None:
    assert move_cell(move, "status", is_set=is_set) == cell


RULE = {"set": {"status": "FAILED"}, "target": TARGET}


def rule(op: str, **inputs: Any) -> list[ReportedJob]:
    new = ResourceState({**RULE, **inputs}, {})
    return matched_jobs("stuck", Steps(None, Step(op, None, ResourceState(RULE, {}), new)))


def of_rule(action: Any, reason: str, key: JobKey | None = None, **rest: Any) -> ReportedJob:
    return ReportedJob("stuck", action, key, reason=reason, by_rule=True, target="shop", **rest)


MATCH = {"created": CREATED, "from": {"operation": "Op", **FROM}, "to": {"status": "FAILED"}}
TIMES = {"created": FIRST, "updated": LAST}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (partial(rule, "same"), []),
        (partial(rule, "delete"), [of_rule("forget", "the rule is no longer declared")]),
        (partial(rule, "create"), [of_rule("record", "a new rule; no job matches")]),
        (partial(rule, "update"), [of_rule("record", "the rule changed; no job matches")]),
        (
            partial(rule, "create", matches=UNKNOWN),
            [of_rule("record", "a new rule; what matches is known after up")],
        ),
        (
            partial(rule, "update", plan={"action": "error", "reason": "over its limit"}),
            [of_rule("error", "over its limit")],
        ),
        (
            partial(rule, "update", matches={"d1/prod/1": MATCH, "a/b/c/d": MATCH}),
            [
                of_rule(
                    "update",
                    "matched by the rule",
                    key,
                    operation=Cell("Op"),
                    status=Cell("RUNNING", "FAILED"),
                    **TIMES,
                )
                for key in (NAMED, None)
            ],
        ),
        (
            partial(rule, "update", matches={"d1/prod/1": {"from": SECRET, "to": SECRET}}),
            [
                of_rule(
                    "update",
                    "matched by the rule",
                    NAMED,
                    operation=Cell(SECRET),
                    status=Cell(SECRET),
                )
            ],
        ),
    ],
)
def test_a_rule(found: Callable[[], list[ReportedJob]], expected: list[ReportedJob]) -> None:
    assert found() == expected
