"""Every example does what its README says: by config, by plan, and under a real engine."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from pulumi_amplify_jobs.config import find_stack_file, read_stack
from pulumi_amplify_jobs.emulator import Emulator

from .conftest import EXAMPLES, STACK, Example

FOLDERS = ("single-job", "many-apps", "library")

DECLARED = {
    "single-job": ["unstick-push"],
    "many-apps": [
        "landing-page-push",
        "blog-push",
        "blog-auth",
        "blog-old-push",
        "shop-push",
        "shop-staging-push",
        "shop-models",
    ],
    "library": ["regenerate-models"],
}
"""The jobs of stack config, in the order in which they are read."""

PLANNED = {
    "single-job": {"update": 1, "nothing": 0, "skipped": 0, "error": 0},
    "many-apps": {"update": 4, "nothing": 1, "skipped": 2, "error": 0},
    "library": {"update": 1, "nothing": 0, "skipped": 0, "error": 0},
}
"""What the plan says of them."""

CHANGES = {
    "single-job": {"unstick-push": {"status": ["RUNNING", "FAILED"]}},
    "many-apps": {
        "blog-push": {"status": ["RUNNING", "FAILED"]},
        "shop-push": {"status": ["RUNNING", "FAILED"]},
        "shop-staging-push": {"status": ["RUNNING", "FAILED"]},
        "shop-models": {
            "operation": ["UpdateBackendAPI", "GenerateBackendAPIModels"],
            "status": ["FAILED", "COMPLETED"],
        },
    },
    "library": {"regenerate-models": {"status": ["RUNNING", "COMPLETED"]}},
}
"""What it changes, by name and field: from, to."""

UPDATED = {
    "single-job": {"4f1c": ("UpdateBackendAPI", "FAILED")},
    "many-apps": {
        "a1": ("UpdateBackendAPI", "FAILED"),
        "b2": ("UpdateBackendAPI", "FAILED"),
        "c3": ("GenerateBackendAPIModels", "COMPLETED"),
        "d4": ("UpdateBackendAPI", "FAILED"),
    },
    "library": {
        "4f1c": ("UpdateBackendAPI", "FAILED"),
        "77": ("GenerateBackendAPIModels", "COMPLETED"),
    },
}
"""What the first up makes of the jobs that differ, by job ID."""

each_example = pytest.mark.parametrize("name", FOLDERS)
each_copy = pytest.mark.parametrize(
    ("example", "name"), [(n, n) for n in FOLDERS], indirect=["example"]
)
needs_engine = pytest.mark.skipif(
    shutil.which("pulumi") is None, reason="there is no pulumi on PATH"
)


def updates(emulator: Emulator) -> set[str | None]:
    return {request.job_id for request in emulator.requests("UpdateBackendJob")}


@each_example
def test_the_folder_is_complete(name: str) -> None:
    folder = EXAMPLES / name
    assert "refresh: always" in (folder / "Pulumi.yaml").read_text(encoding="utf-8")
    assert (folder / "requirements.txt").read_text(encoding="utf-8") == "pulumi-amplify-jobs\n"
    assert f"]({name})" in (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert (folder / "README.md").is_file()


@each_example
def test_the_stack_config_is_valid(name: str) -> None:
    config = read_stack(find_stack_file(EXAMPLES / name, None, None))
    assert list(config.jobs) == DECLARED[name]
    assert config.warnings == ()
    assert config.settings.region == "eu-west-1"


@each_copy
def test_the_plan(example: Example, name: str, emulator: Emulator) -> None:
    planned = example.amplify_jobs("plan", "--stack", STACK, "--json")
    assert planned.code == 2, planned.output
    document = json.loads(planned.output)
    assert document["summary"] == PLANNED[name]
    changes = {
        job["name"]: {change["field"]: [change["from"], change["to"]] for change in job["changes"]}
        for job in document["jobs"]
        if job["action"] == "update"
    }
    assert changes == CHANGES[name]
    assert updates(emulator) == set()


@each_copy
def test_apply_then_nothing_is_left_to_do(example: Example, name: str, emulator: Emulator) -> None:
    applied = example.amplify_jobs("apply", "--stack", STACK, "--yes")
    assert applied.code == 0, applied.output
    assert len(updates(emulator)) == PLANNED[name]["update"]
    again = example.amplify_jobs("plan", "--stack", STACK)
    assert again.code == 0, again.output


@needs_engine
@each_copy
def test_two_ups_and_a_destroy(example: Example, name: str, emulator: Emulator) -> None:
    if name == "library":
        example.pulumi("stack", "init", STACK, below="app")
        example.pulumi("up", "--yes", "--skip-preview", below="app")
    example.pulumi("stack", "init", STACK)
    example.pulumi("up", "--yes", "--skip-preview")
    assert updates(emulator) == set(UPDATED[name])
    assert len(emulator.requests("UpdateBackendJob")) == len(UPDATED[name])
    live = {job.job_id: (job.operation, job.status) for job in emulator.jobs()}
    assert {job_id: live[job_id] for job_id in UPDATED[name]} == UPDATED[name]

    emulator.clear_requests()
    second = example.pulumi("up", "--yes", "--skip-preview")
    assert "unchanged" in second.output
    example.pulumi("destroy", "--yes", "--skip-preview")
    assert updates(emulator) == set()
    assert {job.job_id: (job.operation, job.status) for job in emulator.jobs()} == live


@pytest.mark.parametrize("example", ["library"], indirect=True)
def test_the_library_program_without_an_engine(example: Example) -> None:
    program = Path(__file__).with_name("mocked_program.py")
    done = example.run(sys.executable, str(program))
    assert (done.code, done.output) == (0, "unstick-push regenerate-models\n")
