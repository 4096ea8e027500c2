"""The model sees a run that breaks a promise, and none in one that keeps it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pulumi_amplify_jobs.testing import Result
from pulumi_amplify_jobs.testing.calls import Call
from pulumi_amplify_jobs.testing.resources import Goal, Resource
from pulumi_amplify_jobs.testing.results import Step
from pulumi_amplify_jobs.testing.wire import UNKNOWN, Bag, secret
from tests.canaries import STATUS

from .declared import App, Declared, Live, Region, Shown
from .invariants import (
    BrokenInvariantError,
    check,
    is_silent,
    leaks_nothing,
    writes_what_is_declared,
    writes_what_was_named,
)
from .runs import Run
from .universe import CREATED, HERE, HIDDEN, PLACES, Key
from .witness import Event

RESULT = Result(steps={}, refreshed={}, outputs={}, log=(), errors=(), printed="")
SHOP: Key = ("dshop", "prod", "1")
BLOG: Key = ("dblog", "prod", "1")
RUNNING, FAILED = Shown("UpdateBackendAPI", "RUNNING"), Shown(None, "FAILED")
APPS = {key[0]: App(key[0], key[0], {}) for key in (SHOP, BLOG)}


def live(updated: int = CREATED) -> Live:
    return Live(RUNNING, str(CREATED), str(updated))


def run(**seen: Any) -> Run:
    """Return a run of which only what is given was seen."""
    place = Region({SHOP: live(), BLOG: live()}, APPS)
    world = {each: place if each == HERE else Region({}, {}) for each in PLACES.values() if each}
    nothing: dict[str, Any] = {
        "kind": "up",
        "declared": Declared(),
        "before": {},
        "after": {},
        "start": world,
        "end": world,
        "events": (),
        "calls": (),
        "result": RESULT,
        "output": "",
    }
    return Run(**{**nothing, **seen})


def write(key: Key, read: Live) -> tuple[Event, Event]:
    """Return a read of a job, and its update."""
    return (
        Event("GetBackendJob", HERE, key, shown={key: read}),
        Event("UpdateBackendJob", HERE, key, FAILED),
    )


def inputs(key: Key, **beside: Any) -> Bag:
    names = ("app_id", "backend_environment_name", "job_id")
    return {**dict(zip(names, key, strict=True)), "status": "FAILED", **beside}


def checked(name: str, answer: Bag) -> Call:
    return Call("Check", {"name": name}, {"inputs": answer})


MOVE = {"action": "update", "from": RUNNING._asdict(), "to": {"status": "FAILED"}}


def test_a_second_up_that_reports_drift_is_not_silent() -> None:
    drifted = Result({}, {"a": "update"}, {}, (), (), "")
    assert [*is_silent(run(kind="up again", result=drifted))]
    assert not [*is_silent(run(kind="up again"))]


def reviewed(planned: Bag, written: Key) -> Iterator[str]:
    """Judge an up whose own check has named what it wrote, and its review what is given."""
    own = checked("a", inputs(written, plan=MOVE))
    plan = {"a": Step("update", inputs=planned)}
    return writes_what_was_named(
        run(kind="up --plan", events=write(written, live()), calls=(own,), plan=plan)
    )


def test_what_is_unknown_at_review_allows_no_job_of_another_app() -> None:
    unknown = inputs((SHOP[0], SHOP[1], UNKNOWN), plan=UNKNOWN)
    assert not [*reviewed(unknown, SHOP)]
    assert [*reviewed(unknown, BLOG)]


def test_a_plan_is_known_where_all_that_it_is_made_of_is() -> None:
    assert [*reviewed(inputs(SHOP, plan=UNKNOWN), SHOP)]
    assert not [*reviewed(inputs(SHOP, plan=UNKNOWN, status=UNKNOWN), SHOP)]


def test_a_rule_that_is_unknown_at_review_allows_nothing() -> None:
    assert [*reviewed({"match": UNKNOWN, "matches": UNKNOWN}, SHOP)]


def test_a_rule_goes_by_the_times_that_were_read() -> None:
    rule = {
        "apps": ["*"],
        "environments": ["*"],
        "match": {"status": "RUNNING", "idleFor": "1h"},
        "set": {"status": "FAILED"},
        "limit": 20,
    }
    declared = Declared(rules={"stuck": rule})
    idle = run(declared=declared, events=write(SHOP, live()))
    busy = run(declared=declared, events=write(SHOP, live(int(time.time() * 1000))))
    assert not [*writes_what_is_declared(idle)]
    assert [*writes_what_is_declared(busy)]


JOB = dict(zip(("appId", "backendEnvironmentName", "jobId"), HIDDEN, strict=True))
DECLARED = Declared(jobs={"hidden": {**JOB, "status": STATUS}})


def preview(plan: Bag) -> Run:
    answer = inputs(HIDDEN, status=STATUS, secret=True, plan=plan)
    return run(kind="preview", declared=DECLARED, calls=(checked("hidden", answer),))


def state(outputs: Bag) -> Run:
    resource = Resource("urn", "dhidden/prod/1", {}, outputs, Goal("urn", {}))
    return run(declared=DECLARED, after={"hidden": resource})


@pytest.mark.parametrize(
    ("seen", "hidden", "shown"),
    [
        (preview, {"action": "update", "to": {"status": STATUS}}, {"wanted": STATUS}),
        (state, {"declared": secret({"status": STATUS})}, {"declared": {"status": STATUS}}),
    ],
)
def test_a_secret_is_seen_where_nobody_hides_it(
    seen: Callable[[Bag], Run], hidden: Bag, shown: Bag
) -> None:
    assert not [*leaks_nothing(seen(hidden))]
    assert [*leaks_nothing(seen(shown))]


def test_a_run_is_judged_by_the_invariants_that_are_asked_for() -> None:
    leaky = preview({"wanted": STATUS})
    check(leaky, {1, 2, 3, 4, 7})
    with pytest.raises(BrokenInvariantError) as caught:
        check(leaky, {6})
    assert caught.value.number == 6
