"""Record previews anew: `python -m tests.report.record`, with a `pulumi` on PATH."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from pulumi_amplify_jobs.emulator import Emulator

from ..conftest import CREDENTIALS
from ..engine.project import Project
from ..engine.test_reviewed import LATE_APP
from ..samples import APP, ENVIRONMENT, job

PREVIEWS = Path(__file__).parent / "previews"

JOBS: dict[str, Any] = {
    "a": {"jobId": "1", "status": "FAILED"},
    "b": {"jobId": "2", "status": "FAILED", "when": {"status": "RUNNING"}},
    "c": {"jobId": "3", "status": "RUNNING"},
    "gone": {"jobId": "99", "status": "FAILED", "ifMissing": "ignore"},
}
RULE: dict[str, Any] = {
    "apps": ["*"],
    "environments": ["*"],
    "except": [f"{APP}/{ENVIRONMENT}/5"],
    "match": {"status": "RUNNING", "olderThan": "6h"},
    "set": {"status": "FAILED"},
    "limit": 50,
}
RULES = {"stuck": RULE}
SECRET_PROGRAM = f"""
import pulumi
from pulumi_amplify_jobs import BackendJob

secret = pulumi.Output.secret
key = {{"app_id": secret("{APP}"), "backend_environment_name": "{ENVIRONMENT}", "status": "FAILED"}}
a = BackendJob("a", **key, job_id=secret("1"))
BackendJob("b", **key, job_id=secret("77"), opts=pulumi.ResourceOptions(depends_on=[a]))
"""
"""A program whose second job is checked after the first."""

OF_THIS_MACHINE = ("sourcePosition", "stackTrace")


def main() -> None:
    """Write a file for each preview and each refused plan."""
    os.environ.update(CREDENTIALS)
    for record in (declared, refused, refused_rule, unknown, secret):
        with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
            emulator.seed([job("1"), job("2", "COMPLETED"), job("3"), job("4"), job("5")])
            emulator.seed([job("r1")])
            project = Project.create(Path(folder), emulator.url)
            project.configure(JOBS, rules=RULES)
            record(project, emulator)


def declared(project: Project, emulator: Emulator) -> None:
    """Record a stack from its first preview to its drift."""
    save("first.json", project)
    project.configure({**JOBS, "missing": {"jobId": "77", "status": "FAILED"}})
    save("missing.json", project, "--parallel", "1")
    save_streamed("missing-streamed.jsonl", project, "--parallel", "1", "--color", "always")
    project.configure({**JOBS, "c": {"jobId": "3", "statuss": "x"}})
    save("wrong-config.json", project)
    project.configure(JOBS, rules=RULES)
    project.apply()
    save("at-rest.json", project)
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    emulator.seed([job("r2")])
    log = project.folder / "events.jsonl"
    save("drift.json", project, "--event-log", str(log))
    write("drift.jsonl", events(log.read_text()))
    save_streamed("drift-streamed.jsonl", project)
    save("without-refresh.json", project, "--refresh=false")
    moved = {**JOBS, "b": {**JOBS["b"], "jobId": "3"}}
    del moved["c"]
    project.configure(moved, rules=RULES)
    save("removed.json", project)


def refused(project: Project, emulator: Emulator) -> None:
    """Record a plan that is refused, as a job moved once more."""
    project.configure(JOBS)
    project.apply()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    project.preview("--save-plan", "plan.json")
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    write("refused.txt", project.up("--plan", "plan.json", expect=None).text)
    save("refused.json", project, "--plan", "plan.json")


def refused_rule(project: Project, emulator: Emulator) -> None:
    """Record a plan that is refused, as a rule claims one more job."""
    project.configure({}, rules=RULES)
    project.preview("--save-plan", "plan.json")
    emulator.seed([job("r3")])
    write("refused-rule.txt", project.up("--plan", "plan.json", expect=None).text)


def unknown(project: Project, _: Emulator) -> None:
    """Record a job of an app that only the update will know."""
    project.configure({})
    project.program(LATE_APP)
    save("unknown.json", project)


def secret(project: Project, emulator: Emulator) -> None:
    """Record jobs whose keys are encrypted; the service does not have one of them."""
    project.configure({name: {"status": "FAILED"} for name in "ab"})
    for path, value in (("jobs.a.jobId", "1"), ("jobs.b.jobId", "77"), ("defaults.appId", APP)):
        project.pulumi(
            "config", "set", "--secret", "--path", f"amplify-jobs:{path}", value, expect=0
        )
    project.program(SECRET_PROGRAM)
    save("secret.json", project)


def save(name: str, project: Project, *options: str) -> None:
    """Write what the engine says of a preview, or of an update by a plan."""
    command = ("up", "--yes") if "--plan" in options else ("preview",)
    run = project.pulumi(*command, "--json", *options, PULUMI_DEBUG_COMMANDS="true")
    said = json.loads(run.text)
    write(name, json.dumps(without_places(said), indent=1) + "\n")


def save_streamed(name: str, project: Project, *options: str) -> None:
    """Write what the engine says of a preview, event by event."""
    run = project.pulumi("preview", "--json", *options, PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true")
    write(name, events(run.text))


def events(lines: str) -> str:
    """Return a log of events without where on this machine a program declares something."""
    found = (without_places(json.loads(line)) for line in lines.splitlines())
    return "".join(f"{json.dumps(event)}\n" for event in found)


def without_places(value: Any) -> Any:
    """Return what the engine says without where on this machine a program declares something."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in OF_THIS_MACHINE}
        return {key: without_places(item) for key, item in kept.items()}
    return [without_places(item) for item in value] if isinstance(value, list) else value


def write(name: str, text: str) -> None:
    """Write a file."""
    (PREVIEWS / name).write_text(text)


if __name__ == "__main__":
    main()
