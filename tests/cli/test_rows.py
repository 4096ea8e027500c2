"""Rows and summaries, without any drawing."""

from __future__ import annotations

from pulumi_amplify_jobs.cli.apply.display import result_summary
from pulumi_amplify_jobs.cli.plan.display import plan_summary


def test_a_plan_in_one_line() -> None:
    assert plan_summary({"update": 1, "nothing": 2, "skipped": 0, "error": 2}, everything=True) == (
        "Plan: 1 to update, 2 as declared, 2 errors."
    )


def test_results_in_one_line() -> None:
    assert result_summary({"updated": 2, "skipped": 1, "failed": 1}) == (
        "Applied: 2 updated, 1 left alone; 1 failed."
    )
    assert result_summary({"nothing": 1, "notDone": 3}) == (
        "Applied: 0 updated, 1 as declared; 3 not done."
    )
