"""Whatever is wrong is told in one line each, in the preview where that is possible."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_amplify_jobs.dynamic.provider import WITHOUT_REFRESH
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing.calls import CallFailed
from pulumi_amplify_jobs.testing.wire import UNKNOWN, Bag

from ..samples import APP, ENVIRONMENT, job
from .launcher import Launcher
from .resources import adopted, wanted
from .stack import Stack, as_config, problem_of, updates

HOSTILE_IDS = (
    "a/b?c=d#e",
    "%2e%2e",
    "..%2f",
    "{jobId}",
    "${x}",
    "job 1",
    "ä-🙂",
    "a:b@c",
    "a\\b",
    "+",
)
REFUSED_PARTS = {
    "": "is empty",
    ".": "is .",
    "..": "is ..",
    "a\0b": "has control characters",
    "a\nb": "has control characters",
    "x" * 257: "has 257 characters",
}


def assert_one_line(text: str) -> None:
    assert text.strip() == text != ""
    assert "\n" not in text
    assert "Traceback" not in text
    assert "Error:" not in text
    assert "pulumi_amplify_jobs" not in text


def test_wrong_inputs_are_refused_without_a_request(emulator: Emulator, stack: Stack) -> None:
    plugin = stack.start()
    for property_name in ("app_id", "backend_environment_name", "job_id"):
        spelling = {"app_id": "appId", "job_id": "jobId"}.get(
            property_name, "backendEnvironmentName"
        )
        for value, reason in REFUSED_PARTS.items():
            declared = wanted("1", status="FAILED") | {property_name: value}
            checked = plugin.check("push", {}, declared)
            assert set(checked.failures) == {property_name}
            assert checked.failures[property_name].startswith(f"{spelling} {reason}")
            assert_one_line(checked.failures[property_name])
    cases: list[tuple[Bag, dict[str, str]]] = [
        (wanted("1"), {"status": "neither operation nor status is declared: add at least one"}),
        (wanted("1", status=""), {"status": "status is empty: write a value"}),
        (wanted("1", status=5), {"status": 'status 5 is a number: quote it, "5"'}),
        (wanted("1", status=0.5), {"status": 'status 0.5 is a number: quote it, "0.5"'}),
        (
            wanted("1", status="FAILED", wait={"timeout": 30}),
            {"wait": "wait.timeout: 30 has no unit: write 30s or 30m"},
        ),
        (
            wanted("1", status="FAILED", if_missing="drop"),
            {"if_missing": "ifMissing drop is unknown: write error or ignore"},
        ),
    ]
    for declared, failures in cases:
        assert plugin.check("push", {}, declared).failures == failures
    several = plugin.check("push", {}, wanted("..", status="", wait={"timeout": "soon"})).failures
    assert set(several) == {"job_id", "status", "wait"}
    for reason in several.values():
        assert_one_line(reason)
    assert emulator.requests() == []


def test_what_is_unknown_in_a_preview_is_left_open(emulator: Emulator, stack: Stack) -> None:
    plugin = stack.start()
    unknown_app = wanted("1", status="FAILED") | {"app_id": UNKNOWN}
    checked = plugin.check("push", {}, unknown_app)
    assert checked.failures == {}
    assert checked.inputs["app_id"] == UNKNOWN
    assert checked.inputs["plan"] == UNKNOWN
    assert checked.inputs["status"] == "FAILED"
    # Other mistakes are told all the same.
    wrong = unknown_app | {"job_id": "..", "wait": {"timeout": "30"}}
    assert set(plugin.check("push", {}, wrong).failures) == {"job_id", "wait"}
    for unknown in (
        wanted("1", status=UNKNOWN),
        wanted("1", status="FAILED", when={"status": UNKNOWN}),
        wanted("1", status="FAILED", wait=UNKNOWN),
    ):
        checked = plugin.check("push", {}, unknown)
        computed = {checked.inputs[each] for each in ("plan", "created")}
        assert (checked.failures, computed) == ({}, {UNKNOWN})
        assert {key: checked.inputs[key] for key in unknown} == unknown
    assert emulator.requests() == []


def test_an_unknown_value_is_a_change_of_a_resource_that_exists(
    emulator: Emulator, stack: Stack
) -> None:
    emulator.seed([job("1", "FAILED")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    plugin = stack.start()
    old = stack.state["push"]
    checked = plugin.check("push", old.inputs, wanted("1", status=UNKNOWN))
    difference = plugin.diff(old, checked.inputs)
    assert (difference.changes, difference.replaces) == (True, ())


FAULTS = {
    "denied": "access denied; allow the IAM action amplifybackend:GetBackendJob",
    "empty": "the response is empty or truncated",
    "truncated": "the response is empty or truncated",
    "garbage": "the response",
    "foreign": "the response is for another job",
    "429": "throttled",
    "504": "the service failed (504",
    "drop": "Connection was closed",
}


def test_a_failing_read_is_one_line_in_the_preview(emulator: Emulator, stack: Stack) -> None:
    # A lone job of an environment is read by GetBackendJob, not from a list.
    emulator.seed([job(fault, environment=fault) for fault in FAULTS])
    plugin = stack.start()
    for fault, told in FAULTS.items():
        emulator.fault(fault, job_id=fault)
        declared = wanted(fault, status="FAILED") | {"backend_environment_name": fault}
        checked = plugin.check("push", {}, declared)
        assert set(checked.failures) == {"job_id"}
        reason = checked.failures["job_id"]
        assert told in reason
        assert f"{APP}/{fault}/{fault}" in reason
        assert_one_line(reason)
        with pytest.raises(CallFailed) as failed:
            plugin.read(adopted(declared))
        cure = f"; {WITHOUT_REFRESH}" if fault == "denied" else ""
        assert (failed.value.message, failed.value.partial) == (reason + cure, None)
        with pytest.raises(CallFailed) as failed:
            plugin.create("push", checked.inputs)
        assert (failed.value.message, failed.value.partial) == (reason, None)
    assert updates(emulator) == []


@pytest.mark.also_without_frames
def test_a_refused_update_is_one_line_and_nothing_is_lost(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1"), job("2", "FAILED")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    emulator.fault("denied", operation="UpdateBackendJob")
    problem = problem_of(stack.up)
    assert problem.resource == "push"
    assert_one_line(problem.message)
    assert "allow the IAM action amplifybackend:UpdateBackendJob" in problem.message
    assert stack.state == {}
    # The same for an update, whose state stays.
    emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED")
    stack.up()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    assert_one_line(problem_of(stack.up).message)
    assert stack.state["push"].outputs["status"] == "RUNNING"
    emulator.clear_faults()
    assert stack.up()["push"].operation == "update"
    assert emulator.job(APP, ENVIRONMENT, "1").status == "FAILED"


def test_a_refresh_without_read_access_says_how_to_destroy(
    emulator: Emulator, stack: Stack
) -> None:
    emulator.fault("denied")
    with pytest.raises(CallFailed) as failed:
        stack.start().read(adopted(wanted("1", status="FAILED")))
    message = failed.value.message
    assert "allow the IAM action amplifybackend:GetBackendJob" in message
    assert "; to destroy the stack without reading its jobs, use --refresh=false" in message


def test_a_traceback_only_for_those_who_ask(emulator: Emulator, stack: Stack) -> None:
    emulator.fault("denied")
    state = adopted(wanted("1", status="FAILED"))
    stack.host.environment["AMPLIFY_JOBS_DEBUG"] = "1"
    plugin = stack.start()
    with pytest.raises(CallFailed) as failed:
        plugin.read(state)
    assert failed.value.message.startswith("Traceback (most recent call last):")
    assert "AccessDeniedError: " in failed.value.message
    assert "provider.py" in failed.value.message


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def test_hostile_job_ids_end_to_end(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job(each) for each in HOSTILE_IDS])
    for index, each in enumerate(HOSTILE_IDS):
        stack.jobs[f"job-{index}"] = wanted(each, status="FAILED")
    assert {step.operation for step in stack.up().values()} == {"create"}
    assert len(updates(emulator)) == len(HOSTILE_IDS)
    assert {each.status for each in emulator.jobs()} == {"FAILED"}
    ids = {live.outputs["job_id"]: live.id for live in stack.state.values()}
    escaped = {each: re.sub("[%/?]", _percent, each) for each in HOSTILE_IDS}
    assert ids == {each: f"{APP}/{ENVIRONMENT}/{text}" for each, text in escaped.items()}
    assert {step.operation for step in stack.up().values()} == {"same"}


JOBS = as_config({"push": wanted("1", status="FAILED")})

WRONG: dict[str, Any] = {
    "amplify-jobs:retryMode": "legacy",
    "amplify-jobs:jobs": {"push": {"jobId": "..", "state": "FAILED"}},
}
WRONG_LINES = (
    "appId is missing",
    "backendEnvironmentName is missing",
    "jobId is ..",
    "unknown key state: did you mean status?",
    "retryMode legacy is unknown",
)


def test_a_wrong_stack_config_is_told_once_and_whole(
    emulator: Emulator, settings: dict[str, Any], launch: Launcher
) -> None:
    wrong = {**settings, **WRONG}
    plugin = launch(wrong, stack_file=yaml.safe_dump({"config": wrong}))
    state = adopted(wanted("1", status="FAILED"))
    with pytest.raises(CallFailed) as failed:
        plugin.read(state)
    lines = failed.value.message.splitlines()
    assert len(lines) == len(WRONG_LINES)
    for expected in WRONG_LINES:
        assert sum(expected in line for line in lines) == 1
    for line in lines:
        assert line.startswith("Pulumi.dev.yaml:")
        assert_one_line(line)
    # The others are left as they are, without a further word.
    for _ in range(3):
        assert plugin.read(state) == state
    (told,) = plugin.check("push", {}, wanted("1", status="FAILED")).failures.values()
    for expected in ("appId is missing", "did you mean status?", "retryMode (secret) is unknown"):
        assert expected in told
    assert emulator.requests() == []


def test_a_stack_file_that_is_wrong_now_is_told_though_the_engine_has_an_older_one(
    emulator: Emulator, settings: dict[str, Any], launch: Launcher
) -> None:
    emulator.seed([job("1")])
    plugin = launch(
        {**settings, "amplify-jobs:jobs": JOBS},
        stack_file="config:\n  amplify-jobs:jobs:\n    push: {jobId: 7, status: FAILED}\n",
    )
    with pytest.raises(CallFailed) as failed:
        plugin.read(adopted(wanted("1", status="FAILED")))
    assert 'Pulumi.dev.yaml:3: push: jobId 7 is a number: quote it, "7"' in failed.value.message
    assert emulator.requests() == []


def test_an_included_file_that_was_renamed_since_is_no_problem(
    emulator: Emulator, settings: dict[str, Any], launch: Launcher
) -> None:
    """A refresh gets the config of the last update, which names the file as it was then."""
    emulator.seed([job("1")])
    plugin = launch(
        {**settings, "amplify-jobs:include": ["old.yaml"]},
        stack_file=yaml.safe_dump({"config": {"amplify-jobs:jobs": JOBS, **settings}}),
    )
    refreshed = plugin.read(adopted(wanted("1", status="FAILED")))
    assert refreshed.inputs["status"] == "RUNNING"


@pytest.mark.parametrize(
    "stack_file",
    [
        "config: [",
        "{",
        "config: {a: 1, a: 2}",
        "config: {amplify-jobs:include: [gone.yaml]}",
        "environment: [x]",
    ],
)
def test_a_refresh_goes_by_what_was_handed_out_where_the_file_can_not_be_read(
    emulator: Emulator, settings: dict[str, Any], launch: Launcher, stack_file: str
) -> None:
    emulator.seed([job("1")])
    plugin = launch({**settings, "amplify-jobs:include": ["gone.yaml"]}, stack_file=stack_file)
    refreshed = plugin.read(adopted(wanted("1", status="FAILED")))
    assert refreshed.inputs["status"] == "RUNNING"


def test_the_file_of_another_project_around_the_program_is_not_read(
    emulator: Emulator, settings: dict[str, Any], launch: Launcher, project: Path
) -> None:
    emulator.seed([job("1")])
    (project / "Pulumi.yaml").write_text("name: another\nruntime: python\n")
    plugin = launch(settings, stack_file="config: {amplify-jobs:endpoint: 'http://127.0.0.1:1'}")
    refreshed = plugin.read(adopted(wanted("1", status="FAILED")))
    assert refreshed.inputs["status"] == "RUNNING"


def test_what_the_program_declares_counts_though_a_file_that_is_not_in_use_is_wrong(
    emulator: Emulator, settings: dict[str, Any], launch: Launcher
) -> None:
    """With --config-file the engine's config is another than that in the stack's file."""
    emulator.seed([job("1")])
    plugin = launch(settings, stack_file="config: {amplify-jobs:endpoint: nowhere}")
    assert plugin.check("push", {}, wanted("1", status="FAILED")).failures == {}


@pytest.mark.also_without_frames
def test_a_refresh_goes_by_the_settings_of_now(
    emulator: Emulator, settings: dict[str, Any], launch: Launcher
) -> None:
    """The engine hands out those of the last update: an endpoint that is gone, say."""
    emulator.seed([job("1")])
    plugin = launch(
        {**settings, "amplify-jobs:endpoint": "http://127.0.0.1:1"},
        stack_file=yaml.safe_dump(
            {"config": {"aws:region": "eu-west-1", "amplify-jobs:endpoint": emulator.url}}
        ),
    )
    refreshed = plugin.read(adopted(wanted("1", status="FAILED")))
    assert refreshed.inputs["status"] == "RUNNING"
