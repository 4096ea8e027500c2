"""Ages, from the service's epoch milliseconds."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.domain.times import age_of

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("1700000000000", "now"),
        ("1699999955000", "45s"),
        ("1699999880999", "1m"),
        ("1699990000000", "2h"),
        ("1699740000000", "3d"),
        ("1700000005000", "now"),
        ("yesterday", "?"),
        ("-5", "?"),
        ("1e9", "?"),
        ("٣", "?"),
        ("9" * 40, "?"),
        ("", ""),
        (None, ""),
        ("1699999955", "?"),  # epoch seconds
        ("0", "?"),
        ("1", "?"),
        ("1700000301000", "?"),
        ("1700000300000", "now"),
    ],
)
def test_ages(time: str | None, shown: str) -> None:
    assert age_of(time, NOW) == shown
