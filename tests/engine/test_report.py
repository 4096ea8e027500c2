"""Reports of what a real engine writes: counted right, in their size, the same twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import APP, CREATED, ENVIRONMENT, job
from tests.shifted_clock import ShiftedClock

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
    document = project.pulumi(
        "preview", "--json", "--event-log", str(log), expect=0, PULUMI_DEBUG_COMMANDS="true"
    ).text
    assert report(log.read_text()) == report(document)
    code, text = report(document)
    assert code == 2
    assert text.startswith("**2 jobs change, 1 left alone** in stack `dev` of `amplify-jobs`\n")
    assert "`RUNNING` → **`FAILED`**" in text
    assert "| drifted |" in text


@pytest.mark.parametrize(
    ("job_id", "told"),
    [("1", "`RUNNING` → **`FAILED`**"), ("77", "`stuck (d2abcdefgh1234/prod/77): the service has")],
    ids=["a change", "an error"],
)
def test_a_streamed_preview_tells_the_same_as_the_document(
    project: Project, emulator: Emulator, job_id: str, told: str
) -> None:
    emulator.seed([job("1")])
    project.configure({"stuck": {"jobId": job_id, "status": "FAILED"}})
    document = report(project.pulumi("preview", "--json").text)
    assert told in document[1]
    for colour in ("never", "always"):
        streamed = project.pulumi(
            "preview", "--json", "--color", colour, PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true"
        ).text
        assert len(streamed.splitlines()) > 1
        assert report(streamed) == document


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


def read(preview: str) -> dict[str, Any]:
    """Return the report of a preview as data."""
    document: dict[str, Any] = json.loads(report(preview, "--format", "json")[1])
    return document


@pytest.mark.parametrize("update_time", [None, CREATED], ids=["no time", "the same time"])
@pytest.mark.parametrize("options", [[], ["--refresh=false"]], ids=["refresh", "no refresh"])
def test_the_same_drift_again_is_a_change_in_every_format(
    project: Project,
    emulator: Emulator,
    service_time: ShiftedClock,
    tmp_path: Path,
    update_time: str | None,
    options: list[str],
) -> None:
    ids = ("1", "2", "3")

    def drift() -> None:
        service_time.pass_lag()
        for each in ids:
            emulator.set_job(APP, ENVIRONMENT, each, status="RUNNING", update_time=update_time)

    emulator.seed([job(each) for each in ids])
    drift()
    project.configure({f"j{each}": {"jobId": each, "status": "FAILED"} for each in ids})
    project.apply()
    project.preview("--save-plan", "rest.json", *options)
    drift()
    log = tmp_path / "events.jsonl"
    document = project.pulumi("preview", "--json", *options, expect=0).text
    streamed = project.pulumi(
        "preview", "--json", *options, expect=0, PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true"
    ).text
    project.preview("--event-log", str(log), *options, PULUMI_DEBUG_COMMANDS="true")
    for text in (document, streamed, log.read_text()):
        found = read(text)
        assert found["summary"] == "3 jobs change"
        assert {each["reason"] for each in found["jobs"]} == {"drifted"}
        assert {each["status"]["live"] for each in found["jobs"]} == {"RUNNING"}
    emulator.clear_requests()
    refused = project.up("--plan", "rest.json", *options, expect=None)
    assert "violates plan" in refused.text
    told = report(refused.text, "--plan-errors")[1]
    assert "was as declared in the review, and moved since: UpdateBackendAPI RUNNING`\n" in told
    assert emulator.requests("UpdateBackendJob") == []
    project.up(*options)
    assert len(emulator.requests("UpdateBackendJob")) == 3
    project.preview("--expect-no-changes", *options)


def test_only_what_is_secret_is_hidden_and_a_drift_is_called_one(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2", "FAILED")])
    project.configure({"plain": {"jobId": "2", "status": "FAILED"}, "stuck": {"jobId": "1"}})
    path = "amplify-jobs:jobs.stuck.status"
    project.pulumi("config", "set", "--path", "--secret", path, "FAILED", expect=0)
    first = {each["name"]: each for each in read(project.pulumi("preview", "--json").text)["jobs"]}
    assert (first["plain"]["jobId"], first["plain"]["action"]) == ("2", "adopt")
    assert first["plain"]["status"]["live"] == "FAILED"
    assert (first["stuck"]["jobId"], first["stuck"]["appId"]) == ("1", APP)
    assert first["stuck"]["status"] == {"live": "[secret]", "wanted": "[secret]"}
    assert first["stuck"]["action"] == "update"
    assert {each["created"] for each in first.values()} == {"2025-11-24T00:00:00Z"}
    project.apply()
    emulator.advance("2s")  # moments in a preview have whole seconds
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    reasons = []
    for options in ([], ["--refresh=false"]):
        changes = read(project.pulumi("preview", "--json", *options).text)["jobs"]
        [drifted] = [each for each in changes if each["action"] == "update"]
        assert (drifted["name"], drifted["jobId"]) == ("stuck", "1")
        reasons.append(drifted["reason"])
    assert reasons == ["drifted", "drifted, or its secret declaration changed"]


def test_a_state_of_the_last_release_is_no_change_and_its_report_is_right(
    project: Project, emulator: Emulator, service_time: ShiftedClock
) -> None:
    emulator.seed([job("1")])
    project.configure({"stuck": {"jobId": "1", "status": "FAILED"}})
    project.apply()
    service_time.pass_lag()
    state = json.loads(project.pulumi("stack", "export", expect=0).text)
    old = {"operation": "UpdateBackendAPI", "status": "RUNNING", "update_time": CREATED}
    for resource in state["deployment"]["resources"]:
        if resource["type"].endswith(":BackendJob"):
            for part in ("inputs", "outputs"):
                del resource[part]["plan"]
                resource[part].update(previous=old, changes=1)
    exported = project.folder / "old.json"
    exported.write_text(json.dumps(state))
    project.pulumi("stack", "import", "--file", str(exported), expect=0)
    emulator.clear_requests()
    for options in ([], ["--refresh=false"]):
        project.preview("--expect-no-changes", *options)
        project.up("--expect-no-changes", *options)
    assert emulator.requests("UpdateBackendJob") == []
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING", update_time=CREATED)
    preview = project.pulumi("preview", "--json").text
    assert read(preview)["summary"] == "1 job changes"
    assert "and came back: status RUNNING again" in preview
