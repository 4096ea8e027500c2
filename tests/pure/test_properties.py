"""Property bags and back: nothing declared is lost, and a job at rest has no difference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from pulumi_amplify_jobs.domain.jobs import DesiredJob, ObservedJob
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.plan import Missing, Nothing, Skipped, Update, plan
from pulumi_amplify_jobs.domain.times import moment_of
from pulumi_amplify_jobs.dynamic.decisions import Bag, plan_of
from pulumi_amplify_jobs.dynamic.properties import (
    as_written,
    checked_inputs,
    config_changed,
    declared_in,
    declared_of,
    id_of,
    ignored_fields,
    is_to_do,
    outputs_of,
    read_declaration,
    recorded_job,
    recorded_of,
    refreshed,
    replaced_fields,
    sound,
    unknown_computed,
)
from pulumi_amplify_jobs.reconcile.job import Outcome

KEY = JobKey("d1", "prod", "4f1c")
NOTHING: frozenset[str] = frozenset()
"""What Pulumi is to ignore."""
SEALED = {rpc._special_sig_key: rpc._special_secret_sig, "value": "x"}
"""A secret as the engine sends it."""
BASE: Bag = {"app_id": "d1", "backend_environment_name": "prod", "job_id": "4f1c"}

words = st.sampled_from(["RUNNING", "FAILED", "COMPLETED", "CreateBackend", "DeleteBackend"])
declared_bags = st.fixed_dictionaries(
    {key: st.just(value) for key, value in BASE.items()},
    optional={
        "operation": words,
        "status": words,
        "when": st.dictionaries(st.sampled_from(["operation", "status"]), words, min_size=1),
        "if_missing": st.sampled_from(["error", "ignore"]),
        "wait": st.just({"timeout": "30m"}),
    },
).filter(lambda bag: "operation" in bag or "status" in bag)
observed_jobs = st.builds(
    ObservedJob,
    st.just(KEY),
    *(st.none() | words for _ in range(2)),
    *(st.none() | st.just("1763942400000") for _ in range(2)),
    st.none() | st.just("boom"),
)


def desired_of(declared: Bag) -> DesiredJob:
    desired = read_declaration(declared, frozenset(), {}).desired
    assert desired is not None
    return desired


def brought(inputs: Bag, observed: ObservedJob | None) -> tuple[Outcome, ObservedJob | None]:
    """Return the outcome of bringing the job to what is declared, and the job after it."""
    desired = desired_of(declared_of(inputs))
    decision = plan(desired, observed)
    assume(not isinstance(decision, Missing))
    assert not isinstance(decision, Missing)
    if isinstance(decision, Update) and observed is not None:
        for change in decision.changes:
            if change.field == "status":
                observed = replace(observed, status=change.wanted)
            else:
                observed = replace(observed, operation=change.wanted)
    return Outcome(decision, observed), observed


def adopted(declared: Bag, observed: ObservedJob | None) -> tuple[Bag, Bag, ObservedJob | None]:
    """Return (inputs, outputs, job) after check and create."""
    inputs = checked_inputs(declared, {}, plan(desired_of(declared), observed), observed)
    outcome, after = brought(inputs, observed)
    return inputs, outputs_of(inputs, outcome), after


@given(declared_bags, st.none() | observed_jobs)
def test_what_was_declared_comes_back_from_the_outputs(
    declared: Bag, observed: ObservedJob | None
) -> None:
    _, outputs, _ = adopted(declared, observed)
    assert declared_in(outputs) == declared


@given(declared_bags)
def test_before_there_are_outputs_the_inputs_tell(declared: Bag) -> None:
    assert declared_in({**declared, "plan": {"action": "adopt"}, "__provider": "x"}) == declared


@given(declared_bags, st.none() | observed_jobs)
def test_at_rest_a_second_check_and_a_refresh_change_nothing(
    declared: Bag, observed: ObservedJob | None
) -> None:
    inputs, outputs, after = adopted(declared, observed)
    desired = desired_of(declared)
    again = checked_inputs(declared, inputs, plan(desired, after), after)
    new_outputs, new_inputs = refreshed(outputs, desired, after)
    assert new_outputs == outputs
    assert not config_changed(new_outputs, again, NOTHING)
    assert not replaced_fields(new_outputs, again)
    assert {**again, "plan": None} == {**inputs, "plan": None} == {**new_inputs, "plan": None}
    if not isinstance(plan(desired, observed), Skipped):
        assert again["plan"] == new_inputs["plan"] == {"action": "nothing"}


@given(declared_bags, observed_jobs, observed_jobs)
def test_a_refresh_shows_the_live_values_of_the_declared_fields_and_of_no_other(
    declared: Bag, observed: ObservedJob, now: ObservedJob
) -> None:
    _, outputs, _ = adopted(declared, observed)
    desired = desired_of(declared)
    new_outputs, inputs = refreshed(outputs, desired, now)
    assert declared_in(new_outputs) == declared
    skipped = isinstance(plan(desired, now), Skipped)
    for field in ("operation", "status"):
        expected = declared.get(field) if skipped else getattr(now, field)
        assert inputs.get(field) == (expected if field in declared else None)
        live = getattr(now, field)
        assert new_outputs.get(field) == (live or ("" if field in declared else None))
    assert {k: v for k, v in inputs.items() if k in ("when", "if_missing", "wait")} == {
        k: v for k, v in declared.items() if k in ("when", "if_missing", "wait")
    }


@given(declared_bags, observed_jobs, observed_jobs)
def test_the_plan_is_written_anew_whatever_was_planned_before(
    declared: Bag, first: ObservedJob, later: ObservedJob
) -> None:
    desired = desired_of(declared)
    before = checked_inputs(declared, {}, plan(desired, first), first)
    decision = plan(desired, later)
    planned = checked_inputs(declared, before, decision, later)["plan"]
    if isinstance(decision, Update):
        shown = {"operation": later.operation, "status": later.status}
        shown["updated"] = later.update_time and moment_of(later.update_time)
        wanted = {key: declared[key] for key in ("operation", "status") if key in declared}
        assert planned == {
            "action": "update",
            "from": {key: value for key, value in shown.items() if value is not None},
            "to": {key: value for key, value in wanted.items() if value != shown[key]},
        }
    elif isinstance(decision, Skipped):
        assert planned == {"action": "skipped", "reason": decision.reason}
    else:
        assert planned == {"action": "nothing"}


def test_the_first_plan_of_a_job_as_declared_adopts_it() -> None:
    declared = {**BASE, "status": "FAILED"}
    live = ObservedJob(KEY, "X", "FAILED", "1763942400000")
    assert checked_inputs(declared, {}, Nothing(), live) == {
        **declared,
        "created": "2025-11-24T00:00:00Z",
        "plan": {"action": "adopt"},
    }


@pytest.mark.parametrize("updated", [None, "1763942400000", "1763942400"])
def test_the_same_drift_is_the_same_plan(updated: str | None) -> None:
    declared = {**BASE, "status": "FAILED"}
    stuck = ObservedJob(KEY, "X", "RUNNING", update_time=updated)
    settled = replace(stuck, status="FAILED")
    inputs: Bag = {}
    seen = []
    for live in (stuck, settled, stuck, settled, settled, stuck):
        inputs = checked_inputs(declared, inputs, plan(desired_of(declared), live), live)
        seen.append(inputs["plan"]["action"])
    assert seen == ["update", "nothing", "update", "nothing", "nothing", "update"]


def test_outputs_of_the_last_release_are_no_change_and_are_kept() -> None:
    declared = {**BASE, "status": "FAILED"}
    stuck = ObservedJob(KEY, "X", "RUNNING", "1763942400000", "1763942400000")
    settled = replace(stuck, status="FAILED")
    before = {"operation": "X", "status": "RUNNING", "update_time": "1763942400000"}
    outputs = outputs_of(declared, Outcome(Nothing(), settled))
    old = {**outputs, "previous": before, "changes": 2, "settled": "2026-11-24T07:00:00Z"}
    assert refreshed(old, desired_of(declared), settled)[0] == old
    assert not config_changed(old, declared, NOTHING)
    assert not is_to_do(old, Nothing())
    # Once something is recorded anew, what the last write moved away from stays known.
    recorded = outputs_of(declared, Outcome(Nothing(), settled), old)
    assert (recorded["plan"], recorded["settled"]) == ({"from": before}, old["settled"])
    decision = plan(desired_of(declared), stuck)
    assert isinstance(decision, Update)
    written = outputs_of(declared, Outcome(decision, settled, written=1795503600.0), old)
    assert (written["plan"], written["settled"]) == (plan_of(decision), "2026-11-24T07:00:00Z")
    assert not {"previous", "changes"} & written.keys()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("operation", "CloneBackend"),
        ("operation", None),
        ("status", "COMPLETED"),
        ("when", {"status": "RUNNING"}),
        ("if_missing", "ignore"),
        ("wait", {"timeout": "5m"}),
        ("wait", None),
    ],
)
def test_every_declared_difference_is_a_change(field: str, value: Any) -> None:
    declared = {**BASE, "operation": "X", "status": "FAILED", "wait": {"timeout": "1m"}}
    live = ObservedJob(KEY, "X", "FAILED")
    outputs = outputs_of(declared, Outcome(Nothing(), live))
    assert not config_changed(outputs, declared, NOTHING)
    assert config_changed(outputs, {**declared, field: value}, NOTHING)


def test_a_reason_for_leaving_alone_that_comes_or_goes_is_a_change() -> None:
    declared = {**BASE, "status": "FAILED"}
    live = ObservedJob(KEY, "X", "RUNNING")
    outputs = outputs_of(declared, Outcome(Skipped("when: no"), live))
    assert outputs["skipped"] == "when: no"
    for reason, changes in (("when: no", False), (None, True), ("when: still no", True)):
        assert is_to_do(outputs, Skipped(reason) if reason else Nothing()) == changes


@pytest.mark.parametrize(
    ("paths", "fields"),
    [
        (["status"], {"status"}),
        (['["operation"]'], {"operation"}),
        (["operation", "status"], {"operation", "status"}),
        (["*"], {"operation", "status"}),
        (["when.status", "job_id", "wait"], set()),
    ],
)
def test_what_pulumi_is_to_ignore_is_no_change(paths: list[str], fields: set[str]) -> None:
    ignored = ignored_fields(paths)
    assert ignored == fields
    outputs = outputs_of(
        {**BASE, "operation": "X", "status": "FAILED"},
        Outcome(Nothing(), ObservedJob(KEY, "X", "FAILED")),
    )
    for field in ("operation", "status"):
        inputs = {**BASE, "operation": "X", "status": "FAILED", field: "other"}
        assert config_changed(outputs, inputs, ignored) == (field not in fields)


@pytest.mark.parametrize("field", ["app_id", "backend_environment_name", "job_id"])
def test_another_key_is_another_resource(field: str) -> None:
    declared = {**BASE, "status": "FAILED"}
    outputs = outputs_of(declared, Outcome(Nothing(), ObservedJob(KEY, None, "FAILED")))
    assert replaced_fields(outputs, {**declared, field: "other"}) == [field]


def test_a_refresh_tells_why_a_job_is_left_alone_unless_that_may_repeat_a_secret() -> None:
    declared = {**BASE, "status": "FAILED", "when": {"status": "HUSH"}}
    live = ObservedJob(KEY, "X", "RUNNING")
    for secret in ({}, {"secret": True}):
        bag = {**declared, **secret}
        decision = plan(desired_of(declared), live)
        assert isinstance(decision, Skipped)
        outputs = outputs_of(bag, Outcome(decision, live))
        _, inputs = refreshed(outputs, desired_of(declared), replace(live, status="COMPLETED"))
        told = {} if secret else {"reason": decision.reason}
        assert inputs["plan"] == {"action": "skipped", **told}


def test_an_unsettled_job_stays_so_until_it_shows_what_is_declared() -> None:
    declared = {**BASE, "status": "COMPLETED"}
    desired = desired_of(declared)
    running = ObservedJob(KEY, "X", "RUNNING")
    decision = Update((), previous=running)
    outputs = outputs_of(declared, Outcome(decision, running, unsettled="still RUNNING"))
    assert outputs["unsettled"] == "still RUNNING"
    assert config_changed(outputs, declared, NOTHING)
    still, _ = refreshed(outputs, desired, running)
    assert still["unsettled"] == "still RUNNING"
    settled, _ = refreshed(still, desired, replace(running, status="COMPLETED"))
    assert "unsettled" not in settled
    assert not config_changed(settled, declared, NOTHING)


def test_failures_are_by_input_property_and_in_the_yaml_spelling() -> None:
    bag = {"app_id": "", "backend_environment_name": "e", "job_id": 12.0, "if_missing": "no"}
    declaration = read_declaration(bag, frozenset(), {})
    assert declaration.desired is None
    assert declaration.failures == (
        ("app_id", "appId is empty: write a value"),
        ("if_missing", "ifMissing no is unknown: write error or ignore"),
        ("job_id", 'jobId 12 is a number: quote it, "12"'),
    )


def test_what_is_unknown_yet_is_neither_missing_nor_wrong() -> None:
    unknown = frozenset({"job_id", "status"})
    declaration = read_declaration({**BASE, "job_id": object()}, unknown, {})
    assert (declaration.desired, declaration.failures) == (None, ())
    wrong = read_declaration({**BASE, "app_id": ".."}, unknown, {})
    assert [name for name, _ in wrong.failures] == ["app_id"]


def test_the_name_of_the_stack_config_is_used_in_messages() -> None:
    declaration = read_declaration({**BASE, "status": "X"}, frozenset(), {KEY: "push"})
    assert declaration.desired is not None
    assert declaration.desired.label == "push (d1/prod/4f1c)"


def test_the_sdks_own_entries_are_left_out() -> None:
    assert recorded_of({"__provider": "x", "status": "y"}) == {"status": "y"}
    assert declared_of({"__provider": "x", "status": "y", "previous": {}, "wait": None}) == {
        "status": "y"
    }


@pytest.mark.parametrize(
    ("outputs", "resource_id", "kept"),
    [
        ({**BASE, "status": "RUNNING"}, KEY.id, {**BASE, "status": "RUNNING"}),
        ({**BASE, "status": 5, "error": None}, KEY.id, BASE),
        ({**BASE, "plan": "update", "declared": [], "wait": 5}, KEY.id, {**BASE, "wait": 5}),
        ({**BASE, "plan": {"action": "nothing"}}, KEY.id, {**BASE, "plan": {"action": "nothing"}}),
        ({"job_id": 5}, KEY.id, BASE),
        ({"job_id": "7"}, KEY.id, {**BASE, "job_id": "7"}),
        ({"status": "RUNNING", "job_id": 5}, "odd", {"status": "RUNNING"}),
        ({"skipped": SEALED, "settled": {}}, KEY.id, {**BASE, "skipped": SEALED}),
    ],
)
def test_what_was_never_recorded_is_left_out(outputs: Bag, resource_id: str, kept: Bag) -> None:
    assert sound(outputs, resource_id) == kept


def test_what_is_recorded_of_a_job_is_that_job() -> None:
    job = ObservedJob(KEY, "CreateBackend", "FAILED", "1", "2", "boom")
    recorded = {**BASE, "operation": "CreateBackend", "status": "FAILED", "create_time": "1"}
    assert recorded_job(KEY, {**recorded, "update_time": "2", "error": "boom"}) == job
    assert recorded_job(KEY, {"status": ""}) == ObservedJob(KEY)
    assert id_of(recorded) == KEY.id


def test_what_only_the_update_will_know_is_unknown() -> None:
    assert unknown_computed({}) == {"plan": rpc.UNKNOWN, "created": rpc.UNKNOWN}
    assert unknown_computed({"created": "then"}) == {"plan": rpc.UNKNOWN, "created": "then"}
    assert unknown_computed({"status": "FAILED"}) == {"plan": rpc.UNKNOWN}


def test_an_update_and_a_missing_job_are_always_to_do() -> None:
    desired = desired_of({**BASE, "status": "FAILED"})
    assert is_to_do({}, plan(desired, ObservedJob(KEY, status="RUNNING")))
    assert is_to_do({}, Missing("gone"))


def test_numbers_in_lists_are_whole_too() -> None:
    assert as_written({"a": [1.0, {"b": 2.0}, 0.5]}) == {"a": [1, {"b": 2}, 0.5]}


def test_when_a_job_was_created_is_known_once() -> None:
    declared = {**BASE, "status": "FAILED"}
    observed = ObservedJob(KEY, status="RUNNING", create_time="1763942400000")
    decision = plan(desired_of(declared), observed)
    assert checked_inputs(declared, {"created": "then"}, decision, observed)["created"] == "then"
    first = checked_inputs(declared, {}, decision, observed)["created"]
    assert first == moment_of("1763942400000")


@pytest.mark.parametrize("paths", [["*"], ["[*]"], ['["*"]'], ["operation", '["status"]', "wait"]])
def test_any_property_may_be_ignored(paths: list[str]) -> None:
    ignored = ignored_fields(paths)
    assert ignored == {"operation", "status"}
    declared = {**BASE, "status": "FAILED"}
    outputs = {**BASE, "declared": {"status": "COMPLETED"}}
    assert config_changed(outputs, declared, NOTHING)
    assert not config_changed(outputs, declared, ignored)
