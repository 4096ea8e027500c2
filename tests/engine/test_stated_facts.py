"""What the pages say of Pulumi's CLI: its exit codes, its switches, what it calls unfinished."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import job


def test_exit_codes(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.configure({"stuck": {"jobId": "1", "status": "FAILED"}})
    project.pulumi("preview", expect=0)
    project.pulumi("preview", "--expect-no-changes", expect=7)
    project.pulumi("preview", "--stack", "no-such-stack", expect=6)
    assert "--yes" in project.pulumi("up", expect=2).text
    project.configure({"stuck": {"jobId": "77", "status": "FAILED"}})
    project.pulumi("preview", expect=1)


def test_the_event_log_needs_a_switch(project: Project) -> None:
    said = project.pulumi("preview", "--event-log", "events.jsonl", expect=1).text
    assert "unknown flag: --event-log" in said
    project.pulumi("preview", "--event-log", "events.jsonl", expect=0, PULUMI_DEBUG_COMMANDS="true")


def test_what_is_no_finished_feature(project: Project) -> None:
    preview, up = (
        project.pulumi(each, "--help", expect=0, PULUMI_EXPERIMENTAL="true").text
        for each in ("preview", "up")
    )
    assert re.search(r"--save-plan \w+ +\[PREVIEW\]", preview)
    for option in ("plan", "strict"):
        assert re.search(rf"--{option}\b.* +\[EXPERIMENTAL\]", up), option


def test_an_older_cli_is_refused(project: Project) -> None:
    file = Path(project.folder / "Pulumi.yaml")
    content = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump({**content, "requiredPulumiVersion": ">=100.0.0"}))
    for command in (["preview"], ["up", "--yes"]):
        said = project.pulumi(*command, expect=1).text
        assert 'does not satisfy the version range ">=100.0.0"' in said
