"""Rows and summaries, without any drawing."""

from __future__ import annotations

from pulumi_amplify_jobs.cli.apply.run import STATES, State
from pulumi_amplify_jobs.cli.plan.rows import plan_summary, result_summary


def test_a_plan_in_one_line() -> None:
    assert plan_summary({"update": 1, "nothing": 2, "skipped": 0, "error": 2}, everything=True) == (
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
