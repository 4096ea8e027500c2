"""A run that fails says why, and what was done before stays done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from pulumi_amplify_jobs import ConfigError
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host, HostError, Problem, RunFailedError
from tests.waiting import until

from ..samples import APP, ENVIRONMENT, job
from .conftest import DESK, Open

PROGRAM = "from pulumi_amplify_jobs import program; program.run()"
DECLARED = {
    "push": {
        "appId": APP,
        "backendEnvironmentName": ENVIRONMENT,
        "jobId": "1",
        "status": "FAILED",
    }
}

SDK = tuple(map(int, version("pulumi").split(".")[:2]))

Desks = Callable[[str], Host]


def test_a_refused_input_is_told_with_its_property(desks: Desks) -> None:
    host = desks("Thing('a', legs=5)")
    with pytest.raises(RunFailedError) as failed:
        host.preview()
    assert failed.value.errors == (Problem("too many", "a", "legs"),)
    assert str(failed.value) == "a: too many"
    assert failed.value.result.changes == {}


def test_a_failing_create_keeps_what_was_made_before(desks: Desks) -> None:
    program = "Thing('b', broken={}, opts=opts(depends_on=[Thing('a')]))"
    host = desks(program.format(True))
    with pytest.raises(RunFailedError, match="it broke") as failed:
        host.up()
    assert failed.value.result.changes == {"a": "create"}
    assert host.resources.keys() == {"a"}
    assert desks(program.format(False)).up().changes == {"b": "create"}


def test_a_failing_delete_keeps_the_resource(desks: Desks) -> None:
    desks("Thing('a', nailed=True)").up()
    host = desks("")
    with pytest.raises(RunFailedError, match="nailed to the floor"):
        host.up()
    assert host.resources.keys() == {"a"}


def test_what_a_refresh_can_not_compare_is_told(desks: Desks) -> None:
    host = desks("Thing('a', odd=True)")
    host.up()
    with pytest.raises(RunFailedError) as failed:
        host.preview(refresh=True)
    (problem,) = failed.value.errors
    assert ("it is beyond compare" in problem.message, problem.resource) == (True, "a")


def test_a_name_that_is_used_twice(desks: Desks) -> None:
    with pytest.raises(RunFailedError, match="a: is declared twice"):
        desks("Thing('a'); Thing('a')").preview()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("ignore_changes=['legs']", "ignore_changes"),
        ("aliases=[pulumi.Alias(name='b')]", "aliases"),
        ("import_='x'", "import_"),
        ("replace_on_changes=['legs']", "replace_on_changes"),
    ],
)
def test_options_that_take_a_real_engine_are_named(desks: Desks, options: str, named: str) -> None:
    with pytest.raises(RunFailedError, match=f"a: .* the option {named}: use a real engine"):
        desks(f"Thing('a', legs=1, opts=opts({options}))").preview()


def test_resources_that_are_not_dynamic_are_named(opened: Open) -> None:
    host = opened(
        """
        import pulumi
        pulumi.CustomResource("aws:s3/bucket:Bucket", "logs", {})
        """
    )
    with pytest.raises(
        RunFailedError, match="logs: aws:s3/bucket:Bucket is not a dynamic resource"
    ):
        host.preview()


@pytest.mark.skipif(
    SDK < (3, 256), reason="after a failed invoke a program hangs in Pulumi's SDK up to 3.253"
)
def test_functions_of_providers_are_named(opened: Open) -> None:
    host = opened(
        """
        import pulumi
        pulumi.runtime.invoke("aws:index/getRegion:getRegion", {})
        """
    )
    with pytest.raises(RunFailedError, match="calls the function aws:index/getRegion:getRegion"):
        host.preview()


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("raise ValueError('no desk')", "ValueError: no desk"),
        ("import pulumi; raise pulumi.RunError('no room')", "no room"),
        ("import sys; sys.exit('gone home')", "the program ended with code 1: gone home"),
        ("import os; os._exit(7)", "the program ended with code 7"),
    ],
)
def test_a_program_that_fails(opened: Open, program: str, told: str) -> None:
    with pytest.raises(RunFailedError) as failed:
        opened(program).preview()
    (problem,) = failed.value.errors
    assert told in problem.message
    assert problem.resource == ""


def test_a_folder_without_a_project(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no Pulumi\.yaml here or above"):
        Host(tmp_path)


def test_an_encrypted_value_is_named_unless_it_is_given(opened: Open, project: Path) -> None:
    (project / "Pulumi.dev.yaml").write_text("config:\n  desks:colour: {secure: v1:abc}\n")
    program = "import pulumi; pulumi.export('colour', pulumi.Config().require('colour'))"
    with pytest.raises(HostError) as failed:
        opened(program).preview()
    assert str(failed.value) == (
        "Pulumi.dev.yaml:2: desks:colour is encrypted: give its plain value, "
        'as config={"desks:colour": …}'
    )
    given = opened(program, config={"desks:colour": "red"})
    assert given.preview().outputs == {"colour": "red"}


def test_a_stack_that_is_not_known_by_its_outputs(opened: Open) -> None:
    program = """
        import pulumi
        app = pulumi.StackReference("app", stack_name="org/app/prod")
        pulumi.export("id", app.require_output("appId"))
    """
    with pytest.raises(RunFailedError, match="app: refers to the stack org/app/prod: give its"):
        opened(program).preview()
    known = opened(program, references={"org/app/prod": {"appId": "d2abc"}})
    assert known.preview().outputs == {"id": "d2abc"}


def test_a_run_in_another_thread_can_be_interrupted(opened: Open, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    declared = {"jobId": "1", "operation": "CloneBackend", "wait": {"timeout": "1h"}}
    key = {"appId": APP, "backendEnvironmentName": ENVIRONMENT}
    host = opened(
        "from pulumi_amplify_jobs import program; program.run()",
        endpoint=emulator.url,
        config={"amplify-jobs:jobs": {"push": {**key, **declared}}},
    )
    failures: list[str] = []

    def run() -> None:
        try:
            host.up()
        except RunFailedError as failed:
            failures.append(str(failed))

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: bool(emulator.requests("UpdateBackendJob")))
    host.interrupt()
    thread.join()
    assert failures
    assert failures[0].splitlines()[0] == "interrupted"


@pytest.mark.parametrize("moment", ["the run is there", "the program runs", "a call is under way"])
def test_an_interrupt_at_any_moment_ends_the_run(
    opened: Open, emulator: Emulator, moment: str, tmp_path: Path
) -> None:
    emulator.seed([job("1")])
    emulator.fault("blackhole")
    running = tmp_path / "running"
    program = f"open({str(running)!r}, 'w').close()\n{PROGRAM}"
    host = opened(program, endpoint=emulator.url, config={"amplify-jobs:jobs": DECLARED})
    come: dict[str, Callable[[], object]] = {
        "the run is there": lambda: host._current,
        "the program runs": running.exists,
        "a call is under way": emulator.requests,
    }
    ended = threading.Event()

    def run() -> None:
        with pytest.raises(RunFailedError, match="interrupted"):
            host.preview()
        ended.set()

    thread = threading.Thread(target=run)
    thread.start()
    until(come[moment], moment)
    host.interrupt()
    thread.join()
    assert ended.is_set()


def test_ctrl_c_in_a_refresh_lets_no_update_follow(
    opened: Open, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.seed([job("1")])
    host = opened(PROGRAM, endpoint=emulator.url, config={"amplify-jobs:jobs": DECLARED})
    host.up()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    emulator.clear_requests()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pulumi_amplify_jobs.testing.run.refresh", interrupted)
    with pytest.raises(KeyboardInterrupt):
        host.up(refresh=True)
    assert emulator.requests("UpdateBackendJob") == []


def test_a_provider_that_prints_much_goes_on(opened: Open) -> None:
    printing = "        print(('x' * 99 + chr(10)) * 2000)\n"
    created = "    def create(self, inputs):\n"
    host = opened(DESK.replace(created, created + printing) + "Thing('a')\n")
    up = host.up()
    assert up.changes == {"a": "create"}
    assert "x" * 99 in [line.message for line in up.log]
