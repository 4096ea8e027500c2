"""The two projects that are measured, each a folder with a stack on a file backend."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

from pulumi_amplify_jobs.emulator import Emulator

ROOT = Path(__file__).parents[1]
APP = "d2abcdefgh1234"
CREATED = "1763942400000"

FLOOR_PROGRAM = """
import pathlib

import floor
import pulumi
import yaml

jobs = {}
for path in sorted(pathlib.Path("jobs").glob("*.yaml")):
    content = yaml.load(path.read_text(), yaml.CSafeLoader)
    defaults = content["defaults"]
    for name, job in content["jobs"].items():
        jobs[name] = floor.Job(
            name,
            app_id=defaults["appId"],
            backend_environment_name=defaults["backendEnvironmentName"],
            job_id=job["jobId"],
            status=defaults["status"],
        )
pulumi.export("statuses", {name: job.status for name, job in jobs.items()})
"""
"""The same program with the same properties and outputs, as far as Pulumi sees it."""

FLOOR_PROVIDER = """
import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider

LIVE = {
    "operation": "UpdateBackendAPI",
    "create_time": "1763942400000",
    "update_time": "1763942400000",
    "declared": {"status": "COMPLETED"},
}


class Provider(ResourceProvider):
    serialize_as_secret_always = False

    def diff(self, _id, _olds, _news):
        return DiffResult(changes=False)

    def create(self, props):
        return CreateResult(f"{props['app_id']}/{props['job_id']}", {**props, **LIVE})

    def read(self, id_, props):
        return ReadResult(id_, dict(props))


class Job(Resource, module="amplify", name="Job"):
    status: pulumi.Output[str]

    def __init__(self, name, **inputs):
        absent = ("operation", "create_time", "update_time", "error", "skipped")
        super().__init__(Provider(), name, {**inputs, **dict.fromkeys(absent)})
"""
"""A provider that makes no call and decides nothing."""


@dataclass(frozen=True)
class Bench:
    """A project that is measured."""

    name: str
    folder: Path

    def up(self) -> float:
        """Bring the stack up and return the seconds that took."""
        # Without checkpoints: the file backend rewrites its whole state at every step.
        return self._pulumi("up", "--yes", "--skip-preview", PULUMI_SKIP_CHECKPOINTS="true")

    def preview(self) -> float:
        """Preview, expecting no change, and return the seconds that took."""
        return self._pulumi("preview", "--expect-no-changes")

    def pulumi_init(self) -> None:
        """Create the stack."""
        (self.folder / "state").mkdir()
        self._pulumi("stack", "init", "bench")

    def _pulumi(self, *arguments: str, **environment: str) -> float:
        began = time.perf_counter()
        done = subprocess.run(
            ["pulumi", "--non-interactive", "--color", "never", *arguments],
            cwd=self.folder,
            env={**_environment(self.folder), **environment},
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            sys.exit(
                f"bench: {self.name}: pulumi {arguments[0]} failed\n{done.stdout}{done.stderr}"
            )
        return time.perf_counter() - began


def our_project(folder: Path, emulator: Emulator, jobs: int, environments: int) -> Bench:
    """Return this repository's project with so many jobs, all of them as declared."""
    _lay_out(folder, emulator, jobs, environments)
    shutil.copy(ROOT / "__main__.py", folder)
    bench = Bench("pulumi-amplify-jobs", folder)
    bench.pulumi_init()
    return bench


def floor_project(folder: Path, emulator: Emulator, jobs: int, environments: int) -> Bench:
    """Return a project with the same resources and properties, whose provider does nothing."""
    _lay_out(folder, emulator, jobs, environments)
    (folder / "__main__.py").write_text(FLOOR_PROGRAM)
    (folder / "floor.py").write_text(FLOOR_PROVIDER)
    bench = Bench("does nothing", folder)
    bench.pulumi_init()
    return bench


def _lay_out(folder: Path, emulator: Emulator, jobs: int, environments: int) -> None:
    (folder / "jobs").mkdir(parents=True)
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    (folder / ".venv").symlink_to(sys.prefix)
    config = {
        "aws:region": "eu-west-1",
        "amplify-jobs:endpoint": emulator.url,
        "amplify-jobs:include": ["jobs/*.yaml"],
    }
    (folder / "Pulumi.bench.yaml").write_text(yaml.safe_dump({"config": config}))
    for number in range(environments):
        name = f"env{number}"
        ids = [f"{name}-{n}" for n in range(jobs // environments)]
        defaults = {"appId": APP, "backendEnvironmentName": name, "status": "COMPLETED"}
        content = {"defaults": defaults, "jobs": {job_id: {"jobId": job_id} for job_id in ids}}
        (folder / "jobs" / f"{name}.yaml").write_text(yaml.safe_dump(content))
        emulator.seed([_job(name, job_id) for job_id in ids])


def _job(environment: str, job_id: str) -> dict[str, str]:
    return {
        "appId": APP,
        "backendEnvironmentName": environment,
        "jobId": job_id,
        "operation": "UpdateBackendAPI",
        "status": "COMPLETED",
        "createTime": CREATED,
        "updateTime": CREATED,
    }


def _environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PULUMI_"))}
    return {
        **kept,
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "made-up",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
