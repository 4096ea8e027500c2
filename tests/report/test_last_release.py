"""Previews that the last release wrote: what is said of them may be less, but is never wrong."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.report.model import ReportedJob
from pulumi_amplify_jobs.report.reading import read_report
from tests.releases import REVIEW

APP = "d2abcdefgh1234"
OTHER = "d9rulesonly5678"
STUCK = ("RUNNING", "FAILED")
CHANGES = {
    "followed": JobKey(APP, "test", "f3"),
    "fresh-stuck": JobKey(APP, "prod", "n2"),
    "stuck": JobKey(OTHER, "prod", "r4"),
    "updated": JobKey(APP, "prod", "4f1c"),
}
OTHERS = {
    "fresh": ("adopt", JobKey(APP, "prod", "n1")),
    "adopted": ("record", JobKey(APP, "prod", "88")),
    "stalled": ("record", None),
    "both": ("forget", JobKey(APP, "prod", "77")),
}
LEFT_ALONE = {
    "left-alone": ("skipped", JobKey(APP, "prod", "99")),
    "missing": ("skipped", JobKey(APP, "prod", "gone")),
}
AT_REST = {
    "drifted-once": ("unchanged", JobKey(APP, "prod", "5a")),
    "newest": ("unchanged", JobKey(APP, "dev", "l2")),
    "slashes": ("unchanged", JobKey(APP, "feature/login", "a/b%c")),
    "waited": ("unchanged", JobKey(APP, "prod", "w1")),
    "without-status": ("unchanged", JobKey(APP, "prod", "ns")),
}
TOLD = {
    "refreshed.json": {**OTHERS, **LEFT_ALONE, **AT_REST},
    "refreshed.events.jsonl": {**OTHERS, **LEFT_ALONE, **AT_REST},
    "unrefreshed.json": OTHERS,  # the engine writes no step for what stays the same
}


def jobs(preview: str) -> dict[str, ReportedJob]:
    found = read_report((REVIEW / preview).read_text(), preview)
    assert found.problems == ()
    assert (found.stack, found.project) == ("dev", "amplify-jobs")
    return {job.name: job for job in found.jobs}


@pytest.mark.parametrize("preview", TOLD)
def test_every_change_is_named_with_what_is_live_and_what_is_wanted(preview: str) -> None:
    changes = {name: job for name, job in jobs(preview).items() if job.action == "update"}
    assert {name: job.key for name, job in changes.items()} == CHANGES
    for job in changes.values():
        assert (job.status.live, job.status.wanted) == STUCK
        assert job.operation.live == "UpdateBackendAPI"
        assert job.operation.wanted is None
    assert {name for name, job in changes.items() if job.by_rule} == {"stuck"}


@pytest.mark.parametrize("preview", TOLD)
def test_nothing_else_is_called_a_change(preview: str) -> None:
    others = {name: job for name, job in jobs(preview).items() if job.action != "update"}
    assert {name: (job.action, job.key) for name, job in others.items()} == TOLD[preview]


@pytest.mark.parametrize("preview", ["refreshed.json", "refreshed.events.jsonl"])
def test_why_a_job_is_left_alone_is_told(preview: str) -> None:
    found = jobs(preview)
    assert found["left-alone"].reason == "when: status is COMPLETED, not RUNNING"
    assert found["missing"].reason == "the service has no such job"
