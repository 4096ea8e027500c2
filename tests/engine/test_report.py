"""Reports of what a real engine writes: counted right, in their size, the same twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import APP, ENVIRONMENT, job

FORMATS = ("markdown", "json", "html")
REPORT = [sys.executable, "-c", "from pulumi_amplify_jobs.cli import main; main()", "report"]


def report(preview: str, *arguments: str) -> tuple[int, str]:
    run = subprocess.run(
        [*REPORT, *arguments], input=preview, capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    return run.returncode, run.stdout


def test_a_thousand_jobs_with_three_hundred_changes(
    project: Project, emulator: Emulator, tmp_path: Path
) -> None:
    emulator.seed([job(f"j{each}", environment=f"env{each % 10}") for each in range(1000)])
    (project.folder / "jobs").mkdir()
    content = {
        f"job-{each:04}": {
            "backendEnvironmentName": f"env{each % 10}",
            "jobId": f"j{each}",
            "status": "FAILED" if each % 10 < 3 else "RUNNING",
        }
        for each in range(1000)
    }
    (project.folder / "jobs/all.yaml").write_text(json.dumps({"jobs": content}))
    project.configure({}, include=["jobs/*.yaml"])
    previews = [project.pulumi("preview", "--json", expect=0).text for _ in range(2)]
    assert previews[0] != previews[1]  # the engine's order and durations are never the same
    for form in FORMATS:
        made = [report(preview, "--format", form) for preview in previews]
        assert made[0] == made[1]
        assert made[0][0] == 2
    _, text = report(previews[0])
    assert text.startswith("**300 jobs change, 700 adopted** in stack `dev`")
    assert len(text.encode()) <= 65_536
    shown = text.count("| `job-")
    assert shown == 300 or f"… and {300 - shown} more to change" in text
    counts = json.loads(report(previews[0], "-f", "json")[1])["counts"]
    assert (counts["update"], counts["adopt"]) == (300, 700)


def test_the_event_log_and_the_document_tell_the_same(
    project: Project, emulator: Emulator, tmp_path: Path
) -> None:
    emulator.seed([job("1"), job("2", "COMPLETED"), job("r")])
    rule: dict[str, Any] = {
        "apps": ["*"],
        "environments": ["*"],
        "match": {"status": "RUNNING", "olderThan": "6h"},
        "set": {"status": "FAILED"},
        "limit": 5,
    }
    declared = {
        "stuck": {"jobId": "1", "status": "FAILED"},
        "left": {"jobId": "2", "status": "FAILED", "when": {"status": "RUNNING"}},
    }
    project.configure(declared, rules={"hanging": rule})
    project.apply()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    emulator.seed([job("r2")])
    log = tmp_path / "events.jsonl"
    document = project.pulumi("preview", "--json", expect=0).text
    project.pulumi(
        "preview", "--json", "--event-log", str(log), expect=0, PULUMI_DEBUG_COMMANDS="true"
    )
    assert report(log.read_text()) == report(document)
    code, text = report(document)
    assert code == 2
    assert text.startswith("**2 jobs change, 1 left alone** in stack `dev` of `amplify-jobs`\n")
    assert "`RUNNING` → **`FAILED`**" in text
    assert "| drifted |" in text


def test_a_refused_plan_is_explained(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.configure({"stuck": {"jobId": "1", "status": "FAILED"}})
    project.preview("--save-plan", "plan.json")
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    refused = project.up("--plan", "plan.json", expect=None)
    assert refused.code != 0
    code, text = report(refused.text, "--plan-errors")
    assert code == 1
    assert "- `stuck`: `moved since the review: status went from RUNNING to COMPLETED (" in text


def test_a_secret_never_stands_in_a_report(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("hush-1")])
    project.configure({})
    for name, job_id in (("there", "hush-1"), ("gone", "hush-2")):
        path = f"amplify-jobs:jobs.{name}"
        project.pulumi("config", "set", "--path", "--secret", f"{path}.jobId", job_id, expect=0)
        project.pulumi("config", "set", "--path", f"{path}.status", "FAILED", expect=0)
    for options in ([], ["--show-secrets"]):
        preview = project.pulumi("preview", "--json", *options).text
        for form in FORMATS:
            code, text = report(preview, "--format", form)
            assert code == 1
            assert "hush" not in text
            assert "its config is secret" in text
