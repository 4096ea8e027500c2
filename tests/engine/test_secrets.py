"""Secret arguments of a program's own jobs: nowhere in the state, nowhere in what is printed."""

from __future__ import annotations

import json

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import APP, ENVIRONMENT, job

FIRST, SECOND, ASKED = "CANARY_FIRST", "CANARY_SECOND", "CANARY_ASKED"

PROGRAM = f"""
import pulumi
from pulumi_amplify_jobs import BackendJob

KEY = {{"app_id": "{APP}", "backend_environment_name": "{ENVIRONMENT}"}}
BackendJob("push", job_id="1", **KEY, status=pulumi.Output.secret("%s"))
BackendJob("left", job_id="2", **KEY, status="FAILED",
           when={{"status": pulumi.Output.secret("{ASKED}")}})
BackendJob("plain", job_id="3", **KEY, status=pulumi.Output.from_input("FAILED"))
"""


def canaries_in(text: str) -> list[str]:
    return [each for each in (FIRST, SECOND, ASKED) if each in text]


def test_a_secret_argument_stands_nowhere_in_plain_text(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1", status="RUNNING"), job("2", status="RUNNING"), job("3")])
    said = []
    for wanted in (FIRST, SECOND):
        project.program(PROGRAM % wanted)
        said.append(project.preview("--json").text)
        assert '"action": "update"' in said[-1]
        said.append(project.up("--diff").text)
        assert emulator.job(APP, ENVIRONMENT, "1").status == wanted
        said.append(project.pulumi("stack", "export", expect=0).text)
    # What it was before stands in `plan` once it moves.
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    said.append(project.preview().text)
    said.append(project.pulumi("refresh", "--yes", "--diff", expect=0).text)
    said.append(project.pulumi("stack", "export", expect=0).text)
    for text in said:
        assert canaries_in(text) == []
    resources = project.resources()
    assert resources["plain"]["outputs"]["declared"] == {"status": "FAILED"}
    assert "secret" not in resources["plain"]["inputs"]
    revealed = json.loads(project.pulumi("stack", "export", "--show-secrets", expect=0).text)
    assert SECOND in json.dumps(revealed)
    # At rest with secrets: nothing changes.
    project.up()
    assert "4 unchanged" in project.up("--expect-no-changes").text
