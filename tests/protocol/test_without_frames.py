"""A host whose frames the provider doesn't find: plainer errors, one warning, and no more."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing.wire import Bag

from ..samples import APP, ENVIRONMENT, job
from .resources import wanted
from .ruled import RULE, Ruled
from .stack import Stack, problem_of, updates

without_frames = pytest.mark.parametrize("frames", [False], ids=["no frames"], indirect=True)


@without_frames
def test_one_warning_says_what_works_less_well(
    ruled: Ruled, emulator: Emulator, less_well: list[str]
) -> None:
    emulator.seed([job("1"), job("2"), job("3")])
    named = {"appId": APP, "backendEnvironmentName": ENVIRONMENT, "status": "FAILED"}
    host = ruled({"a": {**named, "jobId": "1"}, "b": {**named, "jobId": "2"}}, stuck=RULE)
    host.preview()
    (warning,) = less_well
    for clause in (
        "errors show the name of their class",
        "a job whose wait fails is not recorded",
        "4 jobs at most are waited for at once",
        "ignore_changes that a transformation sets are not honored",
    ):
        assert warning.count(clause) == 1


@pytest.mark.parametrize("frames", [True], ids=["frames"], indirect=True)
def test_with_the_frames_there_is_no_warning(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    assert list(ruled(stuck=RULE).preview().warnings) == []


@without_frames
@pytest.mark.parametrize(
    ("internal", "changes"),
    [({"__ignore_changes": ["status"]}, False), ({"__urn": None}, True)],
    ids=["the status", "all"],
)
def test_what_is_ignored_is_not_written(
    emulator: Emulator, stack: Stack, internal: Bag, changes: bool
) -> None:
    """Where Pulumi ignores all inputs it ignores also the one that would say so."""
    emulator.seed([job("1", "FAILED")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    old, plugin = stack.state["push"], stack.start()
    checked = plugin.check("push", old.inputs, stack.jobs["push"])
    news = {key: value for key, value in (checked.inputs | internal).items() if value is not None}
    assert plugin.diff(old, news).changes is changes
    assert plugin.update(old, news).outputs["status"] == "RUNNING"
    assert updates(emulator) == []


@without_frames
def test_a_wait_that_failed_is_an_error_and_the_next_up_writes_nothing_again(
    emulator: Emulator, stack: Stack
) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", operation="CloneBackend", wait={"timeout": "1s"})
    assert "was updated, but it is still RUNNING after 1s" in problem_of(stack.up).message
    assert stack.state == {}
    assert stack.up()["push"].operation == "create"
    assert updates(emulator) == [{"operation": "CloneBackend"}]
