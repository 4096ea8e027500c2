"""What a program is told of its jobs in a preview: right, or unknown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host
from pulumi_amplify_jobs.testing.wire import UNKNOWN

from ..samples import job
from .resources import STACK

WATCHED = """
import pulumi
import pulumi_amplify_jobs as amplify

key = {"app_id": "d2abcdefgh1234", "backend_environment_name": "prod"}
push = amplify.BackendJob("push", **key, job_id="1", status="FAILED", when={"status": "RUNNING"})
gone = amplify.BackendJob("gone", **key, job_id="0", status="FAILED", if_missing="ignore")
done = amplify.BackendJob("done", **key, job_id="2", status="COMPLETED")
for job in (push, gone, done):
    for name in ("operation", "status", "error", "skipped", "create_time", "update_time"):
        pulumi.export(f"{job._name}-{name}", getattr(job, name))
"""
"""A program that exports all there is of a job left alone, a missing one, and one at rest."""

WHOLE = "pulumi.export('whole', {'push': push, 'done': done})\n"
"""The same, each as a whole."""


@pytest.fixture
def project(project: Path) -> Path:
    """A project with the program, without jobs in its config."""
    (project / "__main__.py").write_text(WATCHED)
    (project / f"Pulumi.{STACK}.yaml").write_text("config: {}\n")
    return project


@pytest.fixture
def host(project: Path, emulator: Emulator) -> Iterator[Host]:
    """The project's stack, for an emulator with its jobs."""
    emulator.seed([job("1", "COMPLETED"), job("2", "COMPLETED", None)])
    with Host(project, endpoint=emulator.url) as host:
        yield host


def test_the_outputs_of_a_first_preview_are_right_or_unknown(host: Host) -> None:
    shown, then = host.preview().outputs, host.up().outputs
    assert shown["push-status"] == shown["gone-status"] == UNKNOWN
    assert (then["push-status"], then["gone-status"]) == ("COMPLETED", "")
    wrong = {name for name, value in shown.items() if value not in (UNKNOWN, then.get(name))}
    assert wrong == set()
    assert shown["push-skipped"] == "when: status is COMPLETED, not RUNNING"


def test_a_job_that_is_exported_as_a_whole_shows_no_wanted_status(
    project: Path, host: Host
) -> None:
    (project / "__main__.py").write_text(WATCHED + WHOLE)
    shown = host.preview().outputs["whole"]
    assert (shown["push"]["status"], shown["done"]["status"]) == (UNKNOWN, "COMPLETED")
    then = host.up().outputs["whole"]
    assert (then["push"]["status"], then["done"]["status"]) == ("COMPLETED", "COMPLETED")
    assert "declared" not in then["push"]


def test_at_rest_no_output_changes_in_a_preview(host: Host) -> None:
    then = host.up().outputs
    for refresh in (True, False):
        assert host.preview(refresh=refresh).outputs == then


def test_a_job_that_comes_to_be_left_alone_shows_no_wanted_status(
    project: Path, host: Host
) -> None:
    host.up()
    (project / "__main__.py").write_text(WATCHED.replace('"RUNNING"', '"PENDING"'))
    result = host.preview()
    assert result.changes == {"push": "update"}
    assert result.outputs["push-status"] == UNKNOWN
