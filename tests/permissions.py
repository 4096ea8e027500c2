"""The policies of the pages, given to the emulator: whole, or with one action taken away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pulumi_amplify_jobs.emulator import Emulator
from reference.permissions import Place, policy, statements

from .samples import APP, job

ACCOUNT = "123456789012"
HERE, EVERY_APP = Place(app=APP), Place(app="*")

JOBS: dict[str, dict[str, Any]] = {
    "lone": {"jobId": "1", "status": "FAILED"},
    "newest": {
        "backendEnvironmentName": "dev",
        "jobId": {"latest": {"status": "RUNNING"}},
        "status": "RUNNING",
    },
}
"""A job that is read by itself, and one that a list finds."""

RULE: dict[str, Any] = {
    "apps": ["*"],
    "environments": ["test"],
    "except": [f"{APP}/test/kept"],
    "match": {"status": "RUNNING"},
    "set": {"status": "FAILED"},
    "limit": 3,
}
"""A rule that has to look for apps, environments and jobs, and for the one that it excepts."""


def seed(emulator: Emulator) -> None:
    """Have jobs that are to be updated, for `JOBS` and `RULE`."""
    emulator.seed(
        [
            job("1"),
            job("2", environment="dev"),
            job("3", environment="test"),
            job("kept", environment="test"),
        ]
    )


def permit(emulator: Emulator, actions: Sequence[str], place: Place = EVERY_APP) -> None:
    """Allow everybody these actions in this place, and nothing else."""
    emulator.seed({"policies": {ACCOUNT: policy(*statements(actions, place))}})


def made(emulator: Emulator) -> set[str]:
    """Return the actions that requests were for."""
    services = {"List" + each: "amplify" for each in ("Apps", "BackendEnvironments")}
    operations = {each.operation or "" for each in emulator.requests()}
    return {f"{services.get(each, 'amplifybackend')}:{each}" for each in operations}


def without(actions: Sequence[str], missing: str) -> list[str]:
    """Return the actions but one."""
    return [each for each in actions if each != missing]


def denial(action: str) -> str:
    """Return what a line says that an action is missing."""
    return f"access denied; allow the IAM action {action}"
