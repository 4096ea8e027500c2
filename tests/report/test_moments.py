"""A time that the service can't have written is told as in doubt, in every format."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_amplify_jobs.domain.times import Doubt, moment_of
from pulumi_amplify_jobs.report.document import document
from pulumi_amplify_jobs.report.markdown import markdown
from pulumi_amplify_jobs.report.model import Report, believed, is_known
from pulumi_amplify_jobs.report.page import page
from pulumi_amplify_jobs.report.reading import read_report

CREATED, UPDATED = 1795500000.0, 1795503600.0
"""2026-11-24, 06:00 and 07:00 UTC."""

AS_SECONDS = "is 1970-01-21T18:45:00Z, before AWS Amplify existed"
"""What CREATED is, taken for milliseconds."""

URN = "urn:pulumi:dev::demo::pulumi-python:dynamic/amplify:BackendJob::a"
KEY = {"app_id": "d1", "backend_environment_name": "prod", "job_id": "1"}


def plan_with(created: str, updated: str) -> str:
    live = {"operation": "X", "status": "RUNNING", "createTime": created, "updateTime": updated}
    names = {"appId": "d1", "backendEnvironmentName": "prod", "jobId": "1"}
    change = {"field": "status", "from": "RUNNING", "to": "FAILED"}
    job = {"name": "a", **names, "action": "update", "live": live, "changes": [change]}
    return json.dumps({"version": 2, "stack": "dev", "summary": {}, "jobs": [job]})


def preview_of_a_job(created: str, updated: str) -> str:
    outputs = {**KEY, "status": "RUNNING", "create_time": created, "update_time": updated}
    old = {"inputs": {**KEY, "status": "FAILED"}, "outputs": outputs}
    return _preview({"op": "same", "urn": URN, "oldState": old, "newState": old})


def preview_of_a_rule(created: str, updated: str) -> str:
    told = f"X RUNNING => FAILED (created {moment_of(created)}, updated {moment_of(updated)})"
    new = {"inputs": {"set": {"status": "FAILED"}, "matches": {"d1/prod/1": told}}, "outputs": {}}
    urn = URN.replace("BackendJob", "BackendJobRule")
    return _preview({"op": "create", "urn": urn, "newState": new})


def _preview(step: dict[str, Any]) -> str:
    return json.dumps({"config": {}, "steps": [step], "diagnostics": [], "changeSummary": {}})


SOURCES = (plan_with, preview_of_a_job, preview_of_a_rule)
Source = Callable[[str, str], str]


def read(source: Source, created: float, updated: float, unit: int = 1000) -> Report:
    return read_report(source(str(int(created * unit)), str(int(updated * 1000))), "it")


@pytest.mark.parametrize("source", SOURCES)
def test_a_create_time_in_seconds_is_in_doubt(source: Source) -> None:
    report = read(source, CREATED, UPDATED, unit=1)
    [job] = report.jobs
    assert job.doubts == (f"createTime {AS_SECONDS}",)
    [told] = document(report)["jobs"]
    assert (told["created"], told["updated"]) == (None, "2026-11-24T07:00:00Z")
    assert told["doubts"] == [f"createTime {AS_SECONDS}"]
    text = page(report)
    assert f"in doubt: it {AS_SECONDS}" in text
    assert f"createTime {AS_SECONDS}" in text  # in the words of the bar
    assert 'datetime="1970' not in text
    assert text == page(read(source, CREATED, UPDATED, unit=1))


@pytest.mark.parametrize("source", SOURCES)
def test_times_that_can_be_are_believed(source: Source) -> None:
    [job] = read(source, CREATED, UPDATED).jobs
    assert (job.created, job.updated, job.doubts) == (CREATED, UPDATED, ())


def test_an_update_time_in_doubt_is_told_in_markdown() -> None:
    text = markdown(read_report(plan_with("1795500000000", "1795503600"), "it"))
    assert "| in doubt |" in text
    assert "1970" not in text


def test_no_job_is_created_long_after_its_update() -> None:
    created, updated = believed(UPDATED, CREATED)
    assert created == Doubt(
        "is 2026-11-24T07:00:00Z, and updateTime 2026-11-24T06:00:00Z, which is before it"
    )
    assert updated == CREATED
    # Two clocks of the service may differ a little.
    assert believed(CREATED + 300, CREATED) == (CREATED + 300, CREATED)


def test_what_is_not_known_is_not_in_doubt() -> None:
    assert believed(None, None) == (None, None)
    assert not is_known(believed(1.0, None)[0])
