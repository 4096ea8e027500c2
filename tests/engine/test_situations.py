"""A sample of the situations in which AWS can't be called, and a destroy, under the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.client.places import Place
from tests.client.situations import SITUATIONS, arranged
from tests.engine.project import Project
from tests.engine.test_errors import errors
from tests.samples import job

JOBS = {"a": {"jobId": "4f1c", "status": "FAILED"}}
SAMPLE = [
    "no credentials at all",
    "no such profile in AWS_PROFILE",
    "credential_process: no JSON",
    "mfa_serial",
    "a clock that is behind",
    "an SCP denies it",
    "an expired certificate",
]


@pytest.mark.parametrize("name", SAMPLE)
def test_the_preview_names_cause_and_cure(
    project: Project, tmp_path: Path, emulator: Emulator, name: str
) -> None:
    situation = SITUATIONS[name]
    with arranged(situation, Place(tmp_path)) as place:
        for variable, value in place.environment.items():
            if value is None:
                project.environment.pop(variable, None)
            else:
                project.environment[variable] = value
        ours = {
            key.removeprefix("amplify-jobs:"): value
            for key, value in place.config.items()
            if key.startswith("amplify-jobs:")
        }
        project.configure(JOBS, **ours)
        (line,) = errors(project.pulumi("preview"))
    assert situation.cause in line
    assert situation.cure in line
    assert not [word for word in situation.never if word in line]


def test_a_destroy_without_read_access(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("4f1c")])
    project.configure(JOBS)
    project.apply()
    emulator.fault("denied")
    run = project.pulumi("destroy", "--yes")
    assert run.code != 0, str(run)
    assert "to destroy the stack without reading its jobs, use --refresh=false" in run.text
    project.pulumi("destroy", "--yes", "--refresh=false", expect=0)
    assert project.resources() == {}
