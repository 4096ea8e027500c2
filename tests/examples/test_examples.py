"""Every example does what its README says: by config, by plan, and under a real engine."""

from __future__ import annotations

import json

import pytest

from pulumi_amplify_jobs.config.stack_file import read_stack
from pulumi_amplify_jobs.config.stack_selection import find_stack_file
from pulumi_amplify_jobs.emulator import Emulator, load_seed
from pulumi_amplify_jobs.testing import Host
from tests.needs import needs_engine
from tests.updates import written

from .conftest import EXAMPLES, STACK, Example

FOLDERS = (
    "single-job",
    "many-apps",
    "library",
    "tested-stack",
    "no-stuck-jobs",
    "one-app",
    "rule-in-a-program",
    "github-actions",
    "many-accounts",
)

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
    "tested-stack": ["unstick-push", "models"],
    "no-stuck-jobs": [],
    "one-app": ["long-import"],
    "rule-in-a-program": [],
    "github-actions": ["unstick-push", "unstick-create"],
    "many-accounts": ["shop-models"],
}
"""The jobs of stack config, in the order in which they are read."""

PLANNED = {
    "single-job": {"update": 1, "nothing": 0, "skipped": 0, "error": 0},
    "many-apps": {"update": 4, "nothing": 1, "skipped": 2, "error": 0},
    "library": {"update": 1, "nothing": 0, "skipped": 0, "error": 0},
    "tested-stack": {"update": 1, "nothing": 1, "skipped": 0, "error": 0},
    "no-stuck-jobs": {"update": 2, "nothing": 0, "skipped": 0, "error": 0},
    "one-app": {"update": 1, "nothing": 1, "skipped": 0, "error": 0},
    "rule-in-a-program": {"update": 1, "nothing": 0, "skipped": 0, "error": 0},
    "github-actions": {"update": 1, "nothing": 0, "skipped": 1, "error": 0},
    "many-accounts": {"update": 3, "nothing": 0, "skipped": 0, "error": 0},
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
    "tested-stack": {"unstick-push": {"status": ["RUNNING", "FAILED"]}},
    "no-stuck-jobs": {
        "no-stuck-pushes": {"status": ["RUNNING", "FAILED"]},
        "nothing-for-days": {"status": ["RUNNING", "FAILED"]},
    },
    "one-app": {"no-stuck-jobs": {"status": ["RUNNING", "FAILED"]}},
    "rule-in-a-program": {"no-stuck-models": {"status": ["RUNNING", "FAILED"]}},
    "github-actions": {"unstick-push": {"status": ["RUNNING", "FAILED"]}},
    "many-accounts": {
        "shop-models": {"status": ["RUNNING", "FAILED"]},
        "no-stuck-pushes@shop-eu": {"status": ["RUNNING", "FAILED"]},
        "no-stuck-pushes@blog-eu": {"status": ["RUNNING", "FAILED"]},
    },
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
    "tested-stack": {"4f1c": ("UpdateBackendAPI", "FAILED")},
    "no-stuck-jobs": {"a1": ("UpdateBackendAPI", "FAILED"), "b2": ("CloneBackend", "FAILED")},
    "one-app": {"a1": ("UpdateBackendAPI", "FAILED")},
    "rule-in-a-program": {
        "a1": ("UpdateBackendAPI", "FAILED"),
        "b2": ("GenerateBackendAPIModels", "FAILED"),
    },
    "github-actions": {"4f1c": ("UpdateBackendAPI", "FAILED")},
    "many-accounts": {
        "a1": ("UpdateBackendAPI", "FAILED"),
        "77": ("GenerateBackendAPIModels", "FAILED"),
        "b2": ("UpdateBackendAPI", "FAILED"),
    },
}
"""What the first up makes of the jobs that differ, by job ID."""

REFERENCES = {
    "organization/shop-app/dev": {"appId": "d2abcdefgh1234", "backendEnvironmentName": "prod"}
}
"""What the other stack of `library` has as outputs."""

each_example = pytest.mark.parametrize("name", FOLDERS)
each_copy = pytest.mark.parametrize(
    ("example", "name"), [(n, n) for n in FOLDERS], indirect=["example"]
)


def live_jobs(name: str, emulator: Emulator) -> dict[str, tuple[str | None, str | None]]:
    """Return the operation and status of each job, in whichever account it is."""
    places = load_seed(EXAMPLES / name / "emulator.yaml").places
    worlds = [emulator, *(emulator.at(place.account_id, place.region) for place in places)]
    return {job.job_id: (job.operation, job.status) for world in worlds for job in world.jobs()}


@each_example
def test_the_folder_is_complete(name: str) -> None:
    folder = EXAMPLES / name
    assert "refresh: always" in (folder / "Pulumi.yaml").read_text(encoding="utf-8")
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
    assert written(emulator) == set()


@each_copy
def test_apply_then_nothing_is_left_to_do(example: Example, name: str, emulator: Emulator) -> None:
    applied = example.amplify_jobs("apply", "--stack", STACK, "--yes")
    assert applied.code == 0, applied.output
    assert len(written(emulator)) == PLANNED[name]["update"]
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
    assert written(emulator) == set(UPDATED[name])
    assert len(emulator.requests("UpdateBackendJob")) == len(UPDATED[name])
    live = live_jobs(name, emulator)
    assert {job_id: live[job_id] for job_id in UPDATED[name]} == UPDATED[name]

    emulator.clear_requests()
    second = example.pulumi("up", "--yes", "--skip-preview")
    assert "unchanged" in second.output
    example.pulumi("destroy", "--yes", "--skip-preview")
    assert written(emulator) == set()
    assert live_jobs(name, emulator) == live


@each_example
def test_two_ups_and_a_destroy_without_an_engine(name: str, emulator: Emulator) -> None:
    emulator.seed(load_seed(EXAMPLES / name / "emulator.yaml"))
    with Host(EXAMPLES / name, endpoint=emulator.url, references=REFERENCES) as host:
        first = host.up()
        assert set(first.changes.values()) == {"create"}
        assert written(emulator) == set(UPDATED[name])
        assert len(emulator.requests("UpdateBackendJob")) == len(UPDATED[name])
        live = live_jobs(name, emulator)
        assert {job_id: live[job_id] for job_id in UPDATED[name]} == UPDATED[name]
        emulator.clear_requests()
        assert host.up().changes == {}
        assert host.destroy().changes == dict.fromkeys(first.changes, "delete")
        assert written(emulator) == set()


def test_what_the_library_program_exports(emulator: Emulator) -> None:
    emulator.seed(load_seed(EXAMPLES / "library" / "emulator.yaml"))
    with Host(EXAMPLES / "library", endpoint=emulator.url, references=REFERENCES) as host:
        up = host.up()
    assert list(up.changes) == ["unstick-push", "regenerate-models"]
    assert up.outputs == {"pushStatus": "FAILED", "statuses": {"regenerate-models": "COMPLETED"}}
