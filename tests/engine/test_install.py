"""`pulumi install`, in a project of one's own that depends on the built package."""

from __future__ import annotations

from pathlib import Path

from pulumi_amplify_jobs.emulator import Emulator
from tests import wheel
from tests.engine.project import Project
from tests.samples import job


def test_no_plugin_is_looked_for(project: Project, emulator: Emulator, tmp_path: Path) -> None:
    (project.folder / ".venv").unlink()
    wheel.install(wheel.build(tmp_path), project.folder / ".venv", beside=["pip"])
    installed = project.pulumi("install", "--no-dependencies", expect=0)
    assert "amplify-jobs" not in installed.text
    emulator.seed([job("1")])
    project.configure({"unstick": {"jobId": "1", "status": "FAILED"}})
    assert 'status   : "RUNNING"' in project.preview().text
