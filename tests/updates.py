"""The updates that an emulator was sent."""

from __future__ import annotations

from pulumi_amplify_jobs.emulator import Emulator


def updates(emulator: Emulator) -> list[object]:
    """Return the body of every update, in order."""
    return [request.body for request in emulator.requests("UpdateBackendJob")]


def updated_ids(emulator: Emulator) -> list[str]:
    """Return the ID of the job of every update, in order."""
    return [request.job_id or "" for request in emulator.requests("UpdateBackendJob")]


def written(emulator: Emulator) -> set[str]:
    """Return the IDs of the jobs that were updated."""
    return set(updated_ids(emulator))
