"""The program's side: stack config as resources, run in the testing host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_amplify_jobs.config.stack_file import NO_JOB
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.interrupt import FAILED
from pulumi_amplify_jobs.spelling import camel
from pulumi_amplify_jobs.testing import Host, Result, RunFailedError
from pulumi_amplify_jobs.testing.process import Ended
from pulumi_amplify_jobs.testing.program import Program, ProgramRun, Running
from pulumi_amplify_jobs.testing.wire import UNKNOWN, Bag, secret

from ..samples import APP, ENVIRONMENT, job
from .resources import STACK, internal, urn, wanted
from .stack import updates

MAIN = (Path(__file__).resolve().parents[2] / "__main__.py").read_text()

CONFIG: dict[str, Any] = {
    "aws:region": "eu-west-1",
    "amplify-jobs:defaults": {"appId": APP, "backendEnvironmentName": ENVIRONMENT},
    "amplify-jobs:jobs": {
        "unstick": {
            "jobId": "1",
            "status": "FAILED",
            "when": {"status": "RUNNING"},
            "ifMissing": "ignore",
        },
        "models": {
            "backendEnvironmentName": "dev",
            "jobId": "2",
            "operation": "GenerateBackendAPIModels",
            "wait": {"timeout": "30m"},
        },
    },
    "amplify-jobs:include": ["more/*.yaml"],
}

SETTLED = [
    job("1", "FAILED"),
    job("2", "COMPLETED", "GenerateBackendAPIModels", environment="dev"),
    job("3", "COMPLETED"),
]
"""The jobs of CONFIG, as it declares them: nothing is computed into their inputs."""

COMPUTED = {"created": "2025-11-24T00:00:00Z", "plan": {"action": "adopt"}}
"""What check puts beside the inputs of a job that is as declared."""

DECLARED = {
    "unstick": wanted("1", status="FAILED", when={"status": "RUNNING"}, if_missing="ignore"),
    "models": {
        **wanted("2", operation="GenerateBackendAPIModels", wait={"timeout": "30m"}),
        "backend_environment_name": "dev",
    },
    "included": wanted("3", status="COMPLETED"),
}


@pytest.fixture
def project(project: Path) -> Path:
    """A project with the repository's program, and an included file."""
    (project / "__main__.py").write_text(MAIN)
    (project / "more").mkdir()
    included = {"jobs": {"included": {"jobId": "3", "status": "COMPLETED"}}}
    (project / "more" / "jobs.yaml").write_text(yaml.safe_dump(included))
    configure(project, CONFIG)
    return project


@pytest.fixture
def host(project: Path, emulator: Emulator) -> Iterator[Host]:
    """The project's stack, for an emulator with its jobs."""
    emulator.seed(SETTLED)
    with Host(project, endpoint=emulator.url) as host:
        yield host


def configure(project: Path, config: Mapping[str, Any]) -> None:
    (project / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump({"config": dict(config)}))


def program(project: Path, *lines: str) -> None:
    """Have the project run another program, without jobs in its config."""
    imports = ("import pulumi", "import pulumi_amplify_jobs as amplify")
    (project / "__main__.py").write_text("\n".join((*imports, *lines)))
    configure(project, {})


def run(host: Host, *, preview: bool) -> Result:
    return host.preview() if preview else host.up()


def failed(host: Host) -> Result:
    """Return what came of an up that fails."""
    with pytest.raises(RunFailedError) as error:
        host.up()
    return error.value.result


def said(result: Result) -> list[str]:
    """Return what was logged for the user to see; the SDK logs its own doings, too."""
    return [line.message for line in result.log if line.severity != "debug"]


def inputs(result: Result) -> dict[str, Bag]:
    return {name: dict(step.inputs) for name, step in result.steps.items()}


@pytest.mark.parametrize(
    ("preview", "statuses"),
    [
        (True, {"unstick": "FAILED", "models": UNKNOWN, "included": "COMPLETED"}),
        (False, {"unstick": "FAILED", "models": "COMPLETED", "included": "COMPLETED"}),
    ],
)
def test_the_jobs_of_the_stack_config_are_registered_and_their_statuses_exported(
    host: Host, preview: bool, statuses: Bag
) -> None:
    result = run(host, preview=preview)
    assert inputs(result) == {name: {**each, **COMPUTED} for name, each in DECLARED.items()}
    assert result.outputs == {"statuses": statuses}
    assert (said(result), result.printed) == ([], "")
    registered = [call.request for call in host.calls if call.method == "Check"]
    assert {each["urn"]: each["news"] for each in registered} == {
        urn(name): {**declared, **internal(name)} for name, declared in DECLARED.items()
    }


def test_included_jobs_come_behind_the_stacks_own(project: Path, host: Host) -> None:
    program(project, "print(*amplify.from_config())")
    configure(project, CONFIG)
    # The engine hands on the stack's own with their names sorted.
    assert host.preview().printed == "models unstick included\n"


def test_the_program_has_no_use_for_boto3(project: Path, host: Host) -> None:
    tell = "import atexit, sys\natexit.register(lambda: print(*sys.modules))\n"
    (project / "__main__.py").write_text(MAIN + tell)
    modules = host.preview().printed.split()
    assert "pulumi_amplify_jobs.dynamic.provider" in modules
    assert not {"boto3", "botocore", "click", "rich", "starlette"} & set(modules)


def test_no_job_at_all_is_said(project: Path, host: Host) -> None:
    configure(project, {})
    result = host.up()
    assert (result.steps, said(result), result.outputs) == ({}, [NO_JOB], {"statuses": {}})


def test_every_problem_is_an_error_of_its_own_and_nothing_is_registered(
    project: Path, host: Host
) -> None:
    config = {
        **CONFIG,
        "amplify-jobs:job": {},
        "amplify-jobs:jobs": {
            "good": {"jobId": "1", "status": "FAILED"},
            "bad": {"jobId": "..", "state": "FAILED"},
            "none": {"jobId": "4"},
            "twice": {"jobId": "3", "status": "FAILED"},
        },
    }
    configure(project, config)
    result = failed(host)
    assert (result.steps, result.outputs, host.resources) == ({}, {}, {})
    assert "Check" not in {call.method for call in host.calls}
    expected = (
        "unknown key amplify-jobs:job: did you mean",
        "bad: jobId ",
        "bad: unknown key state: did you mean status?",
        "none: declares neither operation nor status",
        "is declared twice, also by twice",
    )
    errors = [error.message for error in result.errors]
    assert len(errors) == len(expected)
    for text in expected:
        assert sum(text in error for error in errors) == 1, (text, errors)
    assert all("\n" not in error for error in errors)
    assert result.printed == ""


def test_warnings_reach_the_engine(project: Path, host: Host) -> None:
    jobs = {"push": {"jobId": "1", "status": "FAILD"}}
    configure(project, {**CONFIG, "amplify-jobs:jobs": jobs})
    result = host.preview()
    assert result.changes["push"] == "create"
    (warning,) = result.warnings
    assert "status FAILD is not a known value: did you mean FAILED?" in warning


def test_secret_config_makes_secret_inputs(host: Host) -> None:
    host.secret_keys.add("amplify-jobs:jobs")
    host.up()
    defaults = ("app_id", "backend_environment_name")
    declared = {
        key: value if key in defaults else secret(value)
        for key, value in DECLARED["unstick"].items()
    }
    told = {**COMPUTED, "secret": True, **internal("unstick")}
    assert host.resources["unstick"].inputs == {**declared, **told}
    told = {**COMPUTED, **internal("included")}
    assert host.resources["included"].inputs == {**DECLARED["included"], **told}


def test_secret_defaults_make_secret_inputs_of_the_jobs_that_take_them(host: Host) -> None:
    host.secret_keys.add("amplify-jobs:defaults")
    host.up()
    for name in ("unstick", "included"):
        assert host.resources[name].inputs["app_id"] == secret(APP)


def test_a_wrong_secret_is_not_shown(project: Path, host: Host) -> None:
    jobs = {"push": {"jobId": "1", "status": "FAILED", "ifMissing": "hunter2"}}
    configure(project, {**CONFIG, "amplify-jobs:jobs": jobs})
    host.secret_keys.add("amplify-jobs:jobs")
    result = failed(host)
    (error,) = result.errors
    assert "ifMissing (secret) is unknown: write error or ignore" in error.message
    assert "hunter2" not in repr(result)


OWN = (
    "when: amplify.WhenArgs = {'status': pulumi.Output.from_input('RUNNING')}",
    "wait: amplify.WaitArgs = {'timeout': '30m'}",
    "first = amplify.BackendJob('first', app_id='d1', backend_environment_name='prod',",
    "    job_id='1', status='FAILED', when=when, wait=wait)",
    "amplify.BackendJob('second', app_id=first.app_id, backend_environment_name='prod',",
    "    job_id=first.id.apply(lambda i: i + '-next'), operation='CloneBackend',",
    "    if_missing='ignore', opts=pulumi.ResourceOptions(depends_on=[first]))",
    "amplify.BackendJob('third', app_id=pulumi.Output.secret('d1'), job_id='3',",
    "    backend_environment_name='prod', status='FAILED')",
    "pulumi.export('first', first.status)",
)
"""A program whose second job is named after the first, and whose third has a secret."""


@pytest.mark.parametrize(
    ("preview", "second_id"),
    [
        (True, dict.fromkeys(("job_id", "plan", "created"), UNKNOWN)),
        (False, {}),
    ],
)
def test_a_program_of_ones_own(
    project: Path, host: Host, emulator: Emulator, preview: bool, second_id: Bag
) -> None:
    ids = ("1", "d1/prod/1-next", "3")
    emulator.seed([job(each, "FAILED", "CloneBackend", app="d1") for each in ids])
    program(project, *OWN)
    result = run(host, preview=preview)
    assert inputs(result) == {
        "first": {
            "app_id": "d1",
            "backend_environment_name": "prod",
            "job_id": "1",
            "status": "FAILED",
            "when": {"status": "RUNNING"},
            "wait": {"timeout": "30m"},
            **COMPUTED,
        },
        "second": {
            "app_id": "d1",
            "backend_environment_name": "prod",
            "job_id": "d1/prod/1-next",
            "operation": "CloneBackend",
            "if_missing": "ignore",
            **COMPUTED,
            **second_id,
        },
        "third": {
            "app_id": "d1",
            "backend_environment_name": "prod",
            "job_id": "3",
            "status": "FAILED",
            "secret": True,
            **COMPUTED,
        },
    }
    assert result.outputs == {"first": "FAILED"}


def test_what_a_program_made_secret_is_so_in_the_state(
    project: Path, host: Host, emulator: Emulator
) -> None:
    emulator.seed([job(each, app="d1") for each in ("1", "3")])
    program(project, *OWN)
    host.up()
    hidden = {name: each.inputs["app_id"] for name, each in host.resources.items()}
    assert hidden == {"first": "d1", "second": "d1", "third": secret("d1")}
    assert host.resources["third"].outputs["app_id"] == secret("d1")
    assert host.resources["third"].outputs["declared"] == secret({"status": "FAILED"})
    assert host.resources["first"].outputs["declared"] == {"status": "FAILED"}


def test_a_rule_with_a_secret_is_refused_as_its_matches_are_for_all_to_see(
    project: Path, host: Host, emulator: Emulator
) -> None:
    emulator.seed([job("1", app="d1")])
    program(
        project,
        "amplify.BackendJobRule('tidy', apps=['d1'], environments=['*'], limit=1,",
        "    match={'status': 'RUNNING'}, set={'status': pulumi.Output.secret('hunter2')})",
    )
    with pytest.raises(RunFailedError, match="tidy: an argument is secret") as failed:
        host.up()
    assert "hunter2" not in str(failed.value)
    assert updates(emulator) == []


def test_an_unknown_output_stays_unknown(project: Path, host: Host, emulator: Emulator) -> None:
    program(
        project,
        "key = {'backend_environment_name': 'prod', 'status': 'FAILED', 'job_id': '1'}",
        f"first = amplify.BackendJob('first', app_id='{APP}', **key)",
        "amplify.BackendJob('push', app_id=first.id, when={'status': first.id}, **key)",
    )
    push = inputs(host.preview())["push"]
    assert push["app_id"] == UNKNOWN
    assert UNKNOWN in (push["when"], push["when"]["status"])
    assert updates(emulator) == []


@pytest.mark.parametrize("part", ["app_id", "backend_environment_name", "job_id"])
def test_a_part_of_the_key_that_is_none_is_missing(project: Path, host: Host, part: str) -> None:
    key = {"app_id": APP, "backend_environment_name": "prod", "job_id": "1", part: None}
    program(project, f"amplify.BackendJob('push', status='FAILED', **{key!r})")
    with pytest.raises(RunFailedError, match=f"{camel(part)} is missing"):
        host.preview()


def test_from_config_beside_other_resources_raises_before_any_is_declared(
    project: Path, host: Host
) -> None:
    program(
        project,
        "try:",
        "    amplify.from_config()",
        "except amplify.ConfigError as error:",
        "    pulumi.export('problems', list(error.problems))",
    )
    jobs = {"a": {"jobId": ".."}, "b": {"jobId": "1", "status": "FAILED"}}
    configure(project, {"amplify-jobs:jobs": jobs})
    result = host.up()
    assert result.steps == {}
    assert len(result.outputs["problems"]) >= 3


@dataclass
class Watched:
    """A program whose end is kept."""

    program: Program
    ended: Ended | None = None

    def start(self, run: ProgramRun) -> Running:
        self._running = self.program.start(run)
        return self

    def interrupt(self) -> None:
        self._running.interrupt()

    def wait(self) -> Ended:
        self.ended = self._running.wait()
        return self.ended

    def close(self) -> None:
        self._running.close()


def test_an_interrupt_ends_the_program_without_a_traceback(host: Host, emulator: Emulator) -> None:
    # As the engine does, the host interrupts the program when a check fails: it waits for answers.
    emulator.remove_job(APP, ENVIRONMENT, "3")
    watched = Watched(host.program)
    host.program = watched
    (error,) = failed(host).errors
    assert (error.resource, error.property) == ("included", "job_id")
    assert watched.ended == Ended(FAILED, "")


def test_wrong_config_ends_a_program_of_ones_own_without_a_traceback(
    project: Path, host: Host
) -> None:
    program(project, "amplify.from_config()")
    jobs = {"a": {"jobId": ".."}, "b": {"jobId": "1", "statsu": "FAILED"}}
    configure(project, {"amplify-jobs:jobs": jobs})
    result = failed(host)
    told = "\n".join(error.message for error in result.errors)
    assert "unknown key statsu: did you mean status?" in told
    assert "Traceback" not in told + result.printed


def test_an_interrupt_ends_a_program_of_ones_own_without_a_traceback(
    project: Path, host: Host
) -> None:
    program(
        project,
        f"amplify.BackendJob('push', app_id='{APP}', backend_environment_name='prod',",
        "    job_id='nope', status='FAILED')",
    )
    watched = Watched(host.program)
    host.program = watched
    (error,) = failed(host).errors
    assert (error.resource, error.property) == ("push", "job_id")
    assert watched.ended == Ended(FAILED, "")


def test_a_handler_of_the_programs_own_stays(project: Path, host: Host) -> None:
    program(
        project,
        "import signal, sys",
        "signal.signal(signal.SIGINT, lambda *_: sys.exit(7))",
        f"amplify.BackendJob('push', app_id='{APP}', backend_environment_name='prod',",
        "    job_id='nope', status='FAILED')",
    )
    watched = Watched(host.program)
    host.program = watched
    failed(host)
    assert watched.ended is not None
    assert watched.ended.code == 7
