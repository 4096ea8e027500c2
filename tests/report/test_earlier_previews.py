"""Previews of releases before `plan`, recorded of the same stack: they are reported as today's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_amplify_jobs.report.model import Cell, Report, ReportedJob
from pulumi_amplify_jobs.report.reading import read_report

from .recorded import API, PREVIEWS, SEEDED, STUCK, key, recorded, report

ALIKE = (
    "first.json",
    "drift.json",
    "drift.jsonl",
    "without-refresh.json",
    "at-rest.json",
    "removed.json",
)


def earlier(name: str) -> Report:
    return read_report(recorded(f"earlier/{name}"), name)


def said(job: ReportedJob) -> tuple[Any, ...]:
    """Return what is said of a job, but for its times: those are of another day."""
    return (job.name, job.key, job.action, job.operation, job.status, job.reason, job.by_rule)


@pytest.mark.parametrize("name", ALIKE)
def test_an_earlier_preview_is_reported_as_one_of_today(name: str) -> None:
    assert list(map(said, earlier(name).jobs)) == list(map(said, report(name).jobs))
    assert earlier(name).summary == report(name).summary


def test_what_only_up_will_know_and_what_is_secret() -> None:
    [job] = earlier("unknown.json").jobs
    assert (job.action, job.status) == ("update", Cell(None, "FAILED"))
    assert job.reason == "the outcome is known after up"
    hidden, _ = earlier("secret.json").jobs
    assert (hidden.action, hidden.status) == ("update", Cell("RUNNING", "[secret]"))


def drifted(changes: int = 2) -> str:
    """Return the recorded drift of `a` to exactly what it drifted to before."""
    digest = json.loads(recorded("earlier/drift.json"))
    for step in digest["steps"]:
        if step["op"] == "update" and step["urn"].endswith("::a"):
            step["newState"]["inputs"]["previous"] = step["oldState"]["outputs"]["previous"]
            step["oldState"]["inputs"]["changes"] = step["oldState"]["outputs"]["changes"] = 1
            step["newState"]["inputs"]["changes"] = changes
    return json.dumps(digest)


def test_the_same_drift_again_is_a_change_where_it_was_counted() -> None:
    job, *_ = read_report(drifted(), "it").jobs
    assert (job.action, job.reason, job.status) == ("update", "drifted", STUCK)
    assert job.updated == SEEDED
    job, *_ = read_report(drifted(changes=1), "it").jobs
    assert job.action == "record"


@pytest.mark.parametrize(
    ("told", "aim", "operation", "status"),
    [
        ("UpdateBackendAPI RUNNING => FAILED", {"status": "FAILED"}, API, STUCK),
        ("A B RUNNING => FAILED (updated 2025-11-24T00:00:00Z)", {"status": "FAILED"}, None, STUCK),
        ("absent => X", {"operation": "X"}, Cell(None, "X"), Cell()),
        (
            "A => B, RUNNING => FAILED",
            {"operation": "B", "status": "FAILED"},
            Cell("A", "B"),
            STUCK,
        ),
        ("A => B", {"operation": "B", "status": "C"}, Cell("A", "B"), Cell("C")),
        ("A => C", {"operation": "B", "status": "C"}, Cell("B"), Cell("A", "C")),
        ("odd", {"status": "FAILED"}, Cell(), Cell()),
    ],
)
def test_a_match_in_words(
    told: str, aim: dict[str, str], operation: Cell | None, status: Cell
) -> None:
    digest = json.loads(recorded("earlier/first.json"))
    for step in digest["steps"]:
        if step["urn"].endswith("BackendJobRule::stuck"):
            step["newState"]["inputs"].update(matches={str(key("4")): told}, set=aim)
    [job] = [each for each in read_report(json.dumps(digest), "it").jobs if each.by_rule]
    assert (job.operation, job.status) == (operation or Cell("A B"), status)


def test_every_recording_is_read() -> None:
    assert {each.name for each in (PREVIEWS / "earlier").glob("*.json*")} >= set(ALIKE)
