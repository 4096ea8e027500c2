"""The jobs of preview.yml: changes are no failure; an error is one, and it is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from .workflows import Programs, Run, run_job, workflow

PREVIEW = {"steps": [], "changeSummary": {"same": 2}}
SAYING = ("summary", "page", "comment")
UPLOADS = {"upload-artifact report.html": "report.html", "upload-artifact plan.json": "plan.json"}


def preview(programs: Programs, checkout: Path, *, pulumi: int, report: int) -> Run:
    """Run the job with a Pulumi and a report that end with these codes."""
    programs.add(
        "pulumi",
        f"""
        echo '{json.dumps(PREVIEW)}'
        [ {pulumi} -ne 0 ] || touch "${{@: -1}}"  # the last word is the plan's file
        exit {pulumi}
        """,
    )
    programs.add(
        "amplify-jobs",
        f"""
        case "$*" in
        comment*) exit 0 ;;
        *--output*) echo "<html>" > report.html ;;
        *) echo "# What would change" ;;
        esac
        exit {report}
        """,
    )
    return run_job("preview.yml", "preview", checkout, programs.environment)


def uploaded(run: Run) -> set[str]:
    return {file for step, file in UPLOADS.items() if run.outcomes[step] == "success"}


@pytest.mark.parametrize("report", [0, 2], ids=["nothing to do", "changes"])
def test_a_preview_that_went_well(report: int, programs: Programs, checkout: Path) -> None:
    run = preview(programs, checkout, pulumi=0, report=report)
    assert not run.failed, run.log
    assert run.summary == "# What would change\n"
    assert json.loads((checkout / "preview.json").read_text()) == PREVIEW
    assert uploaded(run) == {"report.html", "plan.json"}
    assert programs.calls == [
        "pulumi preview --stack dev --json --save-plan plan.json",
        "amplify-jobs report --fit summary preview.json",
        "amplify-jobs report --format html --output report.html preview.json",
        "amplify-jobs comment --on-change-only --history preview.json",
    ]


def test_a_failed_preview_is_told_and_leaves_no_plan(programs: Programs, checkout: Path) -> None:
    run = preview(programs, checkout, pulumi=1, report=1)
    assert run.outcomes["preview"] == "failure"
    assert run.summary == "# What would change\n"
    assert [call.split()[1] for call in programs.calls[1:]] == ["report", "report", "comment"]
    assert uploaded(run) == {"report.html"}


@pytest.mark.parametrize("report", [1, 127, 137], ids=["error", "not found", "killed"])
def test_a_report_that_failed_fails_the_job(
    report: int, programs: Programs, checkout: Path
) -> None:
    run = preview(programs, checkout, pulumi=0, report=report)
    assert {step: run.outcomes[step] for step in SAYING} == {
        "summary": "failure",
        "page": "failure",
        "comment": "success",
    }
    assert uploaded(run) == {"report.html"}


def test_a_fork_gets_the_offline_check_only() -> None:
    jobs = workflow("preview.yml")["jobs"]
    scripts = [step["run"] for step in jobs["validate"]["steps"] if "run" in step]
    assert scripts == ["amplify-jobs validate --format github"]
    assert "env" not in jobs["validate"]
    assert jobs["preview"]["needs"] == "validate"


@pytest.mark.parametrize(("job_id", "outcome"), [("4f1c", "success"), ("", "failure")])
def test_the_offline_check_is_the_real_one(
    job_id: str, outcome: str, programs: Programs, checkout: Path
) -> None:
    (programs.folder / "amplify-jobs").symlink_to(Path(sys.executable).with_name("amplify-jobs"))
    (checkout / "Pulumi.yaml").write_text("name: x\nruntime: python\n")
    key = f'{{ appId: d1, backendEnvironmentName: prod, jobId: "{job_id}", status: FAILED }}'
    (checkout / "Pulumi.dev.yaml").write_text(
        f"config:\n  amplify-jobs:jobs:\n    unstick: {key}\n"
    )
    environment = {**programs.environment, "GITHUB_WORKSPACE": str(checkout)}
    run = run_job("preview.yml", "validate", checkout, environment)
    assert run.outcomes["validate"] == outcome
    assert ("::error file=Pulumi.dev.yaml,line=3" in run.log) == (outcome == "failure")
