"""Every process of the engine, and every command, sees the same config, or all refuse it."""

from __future__ import annotations

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.engine.test_errors import errors
from tests.samples import job


def test_a_mistyped_namespace_fails_the_preview(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("4f1c")])
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED"}})
    text = project.stack_file.read_text()
    project.stack_file.write_text(text.replace('"amplify-jobs:jobs"', '"amplify-job:jobs"'))
    said = "unknown key amplify-job:jobs: did you mean amplify-jobs:jobs?"
    [line] = (line for line in errors(project.pulumi("preview")) if said in line)
    assert "Pulumi.dev.yaml:" in line
    assert emulator.requests() == []


def test_a_stack_that_declares_nothing_says_so(project: Project) -> None:
    assert "no job is declared: add amplify-jobs:jobs" in project.preview().text
