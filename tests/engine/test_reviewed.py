"""What was reviewed is what runs: saved plans and --strict."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import APP, ENVIRONMENT, job

LATE_APP = """
import pulumi
import pulumi_amplify_jobs as amplify_jobs
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class AppProvider(ResourceProvider):
    def create(self, props):
        return CreateResult("app", {"app_id": "d2abcdefgh1234"})


class App(Resource):
    app_id: pulumi.Output[str]

    def __init__(self, name):
        super().__init__(AppProvider(), name, {"app_id": None})


app = App("app")
job = amplify_jobs.BackendJob(
    "unstick", app_id=app.app_id, backend_environment_name="prod", job_id="4f1c", status="FAILED"
)
pulumi.export("status", job.status)
"""


@pytest.fixture
def reviewed(project: Project, emulator: Emulator) -> Project:
    """A project with one stuck job and a saved plan."""
    emulator.seed([job("4f1c")])
    project.configure({"unstick-push": {"jobId": "4f1c", "status": "FAILED"}})
    project.preview("--save-plan", "plan.json")
    return project


def test_reviewed_plan_runs(reviewed: Project, emulator: Emulator) -> None:
    reviewed.up("--plan", "plan.json")
    assert len(emulator.requests("UpdateBackendJob")) == 1


def test_reviewed_plan_is_refused_after_the_job_moved(
    reviewed: Project, emulator: Emulator
) -> None:
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="COMPLETED")
    run = reviewed.up("--plan", "plan.json", expect=None)
    assert run.code != 0
    assert "violates plan" in run.text
    assert "++plan[" in run.text
    assert emulator.requests("UpdateBackendJob") == []


def test_reviewed_plan_of_a_drift_is_refused_after_the_job_moved_again(
    reviewed: Project, emulator: Emulator
) -> None:
    reviewed.apply()
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="RUNNING")
    reviewed.preview("--save-plan", "drift.json")
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="COMPLETED")
    emulator.clear_requests()
    run = reviewed.up("--plan", "drift.json", expect=None)
    assert run.code != 0
    assert "violates plan" in run.text
    assert emulator.requests("UpdateBackendJob") == []


def test_reviewed_plan_is_refused_also_when_the_job_got_there_by_itself(
    reviewed: Project, emulator: Emulator
) -> None:
    """The plan promises a change away from a live job that is no more: nothing is written."""
    reviewed.apply()
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="RUNNING")
    reviewed.preview("--save-plan", "drift.json")
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="FAILED")
    emulator.clear_requests()
    run = reviewed.up("--plan", "drift.json", expect=None)
    assert run.code != 0
    assert "violates plan" in run.text
    assert emulator.requests("UpdateBackendJob") == []
    reviewed.preview("--expect-no-changes")


def test_plan_with_an_app_that_was_unknown_at_review_is_taken(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("4f1c")])
    project.configure({})
    project.program(LATE_APP)
    text = project.preview("--save-plan", "plan.json").text
    assert "app_id                  : [unknown]" in text
    assert emulator.requests() == []
    project.up("--plan", "plan.json")
    assert [r.job_id for r in emulator.requests("UpdateBackendJob")] == ["4f1c"]
    assert emulator.job(APP, ENVIRONMENT, "4f1c").status == "FAILED"


def test_strict_refuses_a_job_that_moved_before_the_yes(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("4f1c")])
    project.configure({"unstick-push": {"jobId": "4f1c", "status": "FAILED"}})
    # The program runs once for the preview and once for the update. Between the two it moves the
    # job itself: nobody else knows when the one is over and the other has not begun.
    project.program(
        "import json, urllib.request\n"
        "import pulumi\n"
        "from pulumi_amplify_jobs import program\n"
        "if not pulumi.runtime.is_dry_run():\n"
        "    body = json.dumps({'jobs': [" + repr(job("4f1c", "COMPLETED")) + "]}).encode()\n"
        f"    urllib.request.urlopen(urllib.request.Request('{emulator.url}/_admin/seed', body))\n"
        "program.run()\n"
    )
    run = project.up("--strict", expect=None)
    assert run.code != 0
    assert "violates plan" in run.text
    assert emulator.requests("UpdateBackendJob") == []


def test_a_reviewed_plan_for_one_job_is_refused_for_another_that_reads_alike(
    project: Project, emulator: Emulator
) -> None:
    one = job("y", app="d1", environment="prod/x")
    other = job("x/y", app="d1")
    emulator.seed([one, {**other, "status": "COMPLETED"}])
    rule = {
        "apps": ["d1"],
        "environments": ["*"],
        "match": {"status": "RUNNING"},
        "set": {"status": "FAILED"},
        "limit": 5,
    }
    project.configure({}, rules={"stuck": rule})
    assert "d1/prod%2Fx/y" in project.preview("--save-plan", "plan.json").text
    emulator.seed([{**one, "status": "COMPLETED"}, other])
    run = project.up("--plan", "plan.json", expect=None)
    assert run.code != 0
    assert "violates plan" in run.text
    assert emulator.requests("UpdateBackendJob") == []
