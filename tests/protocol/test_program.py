"""The program's side: stack config as resources, run against the SDK's own mocks."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.runtime import rpc

from pulumi_amplify_jobs.program import FAILED

from ..samples import APP, ENVIRONMENT
from .plugin import PROVIDER, STACK, TYPE, Bag, secretly
from .programs import environment, run
from .stack import wanted

NONE = dict.fromkeys(("create_time", "update_time", "error", "previous", "skipped"))

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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's folder with an included file."""
    (tmp_path / "Pulumi.yaml").write_text("name: ops\nruntime: python\n")
    (tmp_path / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump({"config": CONFIG}))
    (tmp_path / "more").mkdir()
    included = {"jobs": {"included": {"jobId": "3", "status": "COMPLETED"}}}
    (tmp_path / "more" / "jobs.yaml").write_text(yaml.safe_dump(included))
    return tmp_path


def program(project: Path, *lines: str) -> Path:
    path = project / "program.py"
    path.write_text("\n".join(("import pulumi", "import pulumi_amplify_jobs as amplify", *lines)))
    return path


def inputs(registered: Bag) -> Bag:
    """Return the inputs that are there."""
    assert registered["__provider"] == PROVIDER
    return {
        key: value for key, value in registered.items() if value is not None and key != "__provider"
    }


@pytest.mark.parametrize("preview", [True, False])
def test_the_jobs_of_the_stack_config_are_registered_and_their_statuses_exported(
    project: Path, preview: bool
) -> None:
    ran = run(project, CONFIG, preview=preview)
    assert ran.types == [TYPE]
    assert ran.errors == []
    assert {name: inputs(each) for name, each in ran.registered.items()} == {
        "unstick": wanted("1", status="FAILED", when={"status": "RUNNING"}, if_missing="ignore"),
        "models": {
            **wanted("2", operation="GenerateBackendAPIModels", wait={"timeout": "30m"}),
            "backend_environment_name": "dev",
        },
        "included": wanted("3", status="COMPLETED"),
    }
    assert list(ran.registered) == ["unstick", "models", "included"]
    assert ran.exports == {
        "statuses": {name: f"live-{name}" for name in ("unstick", "models", "included")}
    }


def test_the_program_has_no_use_for_boto3(project: Path) -> None:
    modules = run(project, CONFIG).modules
    assert "pulumi_amplify_jobs.dynamic.provider" in modules
    assert not {"boto3", "botocore", "click", "rich", "starlette"} & set(modules)


def test_no_job_at_all_is_fine(project: Path) -> None:
    ran = run(project, {})
    assert (ran.registered, ran.errors, ran.exports) == ({}, [], {"statuses": {}})


def test_every_problem_is_an_error_of_its_own_and_nothing_is_registered(project: Path) -> None:
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
    (project / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump({"config": config}))
    ran = run(project, config)
    assert ran.registered == {}
    assert ran.exports is None or "statuses" not in ran.exports
    expected = (
        "unknown key amplify-jobs:job: did you mean",
        "bad: jobId ",
        "bad: unknown key state: did you mean status?",
        "none: declares neither operation nor status",
        "is declared twice, also by twice",
    )
    assert len(ran.errors) == len(expected)
    for text in expected:
        assert sum(text in error for error in ran.errors) == 1, (text, ran.errors)
    assert all("\n" not in error for error in ran.errors)


def test_warnings_reach_the_engine(project: Path) -> None:
    jobs = {"push": {"jobId": "1", "status": "FAILD"}}
    ran = run(project, {**CONFIG, "amplify-jobs:jobs": jobs})
    assert ran.errors == []
    assert "push" in ran.registered
    (warning,) = [message for level, message in ran.logged if level == "WARNING"]
    assert "status FAILD is none that Amplify is known for: did you mean FAILED?" in warning


def test_secret_config_makes_secret_inputs(project: Path) -> None:
    ran = run(project, CONFIG, secret=("amplify-jobs:jobs",))
    assert ran.errors == []
    secret = inputs(ran.registered["unstick"])
    plain = wanted("1", status="FAILED", when={"status": "RUNNING"}, if_missing="ignore")
    assert secret == {key: secretly(value) for key, value in plain.items()}
    assert inputs(ran.registered["included"]) == wanted("3", status="COMPLETED")


def test_secret_defaults_make_secret_inputs_of_the_jobs_that_take_them(project: Path) -> None:
    ran = run(project, CONFIG, secret=("amplify-jobs:defaults",))
    for name in ("unstick", "included"):
        assert inputs(ran.registered[name])["app_id"] == secretly(APP)


def test_a_wrong_secret_is_not_shown(project: Path) -> None:
    jobs = {"push": {"jobId": "1", "status": "FAILED", "ifMissing": "hunter2"}}
    config = {**CONFIG, "amplify-jobs:jobs": jobs}
    ran = run(project, config, secret=("amplify-jobs:jobs",))
    (error,) = ran.errors
    assert "ifMissing (secret) is unknown: write error or ignore" in error


@pytest.mark.parametrize("preview", [True, False])
def test_a_program_of_ones_own(project: Path, preview: bool) -> None:
    path = program(
        project,
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
    ran = run(project, {}, path, preview=preview)
    assert ran.errors == []
    assert {name: inputs(each) for name, each in ran.registered.items()} == {
        "first": {
            "app_id": "d1",
            "backend_environment_name": "prod",
            "job_id": "1",
            "status": "FAILED",
            "when": {"status": "RUNNING"},
            "wait": {"timeout": "30m"},
        },
        "second": {
            "app_id": "d1",
            "backend_environment_name": "prod",
            "job_id": "first-id-next",
            "operation": "CloneBackend",
            "if_missing": "ignore",
        },
        "third": {
            "app_id": secretly("d1"),
            "backend_environment_name": "prod",
            "job_id": "3",
            "status": "FAILED",
        },
    }
    assert ran.exports == {"first": "live-first"}


def test_an_unknown_output_stays_unknown(project: Path) -> None:
    path = program(
        project,
        "from pulumi.output import Unknown",
        "import asyncio",
        "def known(value):",
        "    future = asyncio.Future()",
        "    future.set_result(value)",
        "    return future",
        "app = pulumi.Output(known(set()), known(None), known(False))",
        "amplify.BackendJob('push', app_id=app, backend_environment_name='prod', job_id='1',",
        "    status='FAILED', when={'status': app})",
    )
    ran = run(project, {}, path, preview=True)
    assert ran.errors == []
    push = inputs(ran.registered["push"])
    assert push["app_id"] == rpc.UNKNOWN
    assert rpc.UNKNOWN in (push["when"], push["when"]["status"])


def test_from_config_beside_other_resources_raises_before_any_is_declared(project: Path) -> None:
    path = program(
        project,
        "try:",
        "    amplify.from_config()",
        "except amplify.ConfigError as error:",
        "    pulumi.export('problems', list(error.problems))",
    )
    config = {"amplify-jobs:jobs": {"a": {"jobId": ".."}, "b": {"jobId": "1", "status": "FAILED"}}}
    ran = run(project, config, path)
    assert ran.registered == {}
    assert len(ran.exports["problems"]) >= 3


def test_an_interrupt_ends_the_program_without_a_traceback(project: Path) -> None:
    # The engine does this as soon as a check fails; then the program still waits for answers.
    path = program(
        project,
        "import sys, time",
        "from pulumi_amplify_jobs import program",
        "program.run()",
        "print('running', file=sys.stderr, flush=True)",
        "time.sleep(60)",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.protocol.programs", str(path)],
        cwd=project,
        env=environment(CONFIG),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        assert process.stderr.readline() == b"running\n"
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=10)
    finally:
        process.kill()
        process.wait()
    assert (output, errors) == (b"", b"")
    assert process.returncode == FAILED
