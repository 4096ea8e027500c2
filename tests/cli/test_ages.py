"""Ages, from the service's epoch milliseconds."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.cli.ages import age, seconds_since

NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("1000000000", "now"),
        ("999955000", "45s"),
        ("999880999", "1m"),
        ("990000000", "2h"),
        ("740000000", "3d"),
        ("1000005000", "now"),
        ("yesterday", "-"),
        ("-5", "-"),
        ("1e9", "-"),
        ("٣", "-"),
        ("9" * 40, "-"),
        ("", "-"),
        (None, "-"),
    ],
)
def test_ages(time: str | None, shown: str) -> None:
    assert age(seconds_since(time, NOW)) == shown
