"""Rows and summaries, without any drawing."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.cli.applying import STATES, State
from pulumi_amplify_jobs.cli.rows import age, plan_summary, result_summary
from pulumi_amplify_jobs.jobs import JobKey, ObservedJob

NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("updated", "created", "shown"),
    [
        ("1000000000", None, "now"),
        ("999955000", None, "45s"),
        ("999880999", None, "1m"),
        ("990000000", "1", "2h"),
        (None, "740000000", "3d"),
        ("1000005000", None, "now"),
        ("yesterday", None, ""),
        ("٣", None, ""),
        ("9" * 40, None, ""),
        (None, None, ""),
    ],
)
def test_ages(updated: str | None, created: str | None, shown: str) -> None:
    key = JobKey("app", "dev", "j")
    assert age(ObservedJob(key, create_time=created, update_time=updated), NOW) == shown
    assert age(None, NOW) == ""


def test_a_plan_in_one_line() -> None:
    assert plan_summary({"update": 1, "nothing": 2, "skipped": 0, "error": 2}) == (
        "Plan: 1 to update, 2 as declared, 2 errors."
    )


def test_results_in_one_line() -> None:
    none: dict[State, int] = dict.fromkeys(STATES, 0)
    assert result_summary({**none, "updated": 2, "skipped": 1, "failed": 1}) == (
        "Applied: 2 updated, 1 left alone; 1 failed."
    )
    assert result_summary({**none, "nothing": 1, "notDone": 3}) == (
        "Applied: 0 updated, 1 as declared; 3 not done."
    )
