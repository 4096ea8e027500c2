"""Times of the service, moments and durations: their edges, in every time zone."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from pulumi_amplify_jobs.domain.times import (
    Doubt,
    age,
    duration,
    epoch_seconds,
    http_seconds,
    moment_of,
    seconds_of,
    trusted_seconds,
    utc,
)

NOW = 1_700_000_000.0


@pytest.fixture(params=["UTC", "Asia/Tokyo", "EST5EDT"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("zone")
def test_no_moment_depends_on_where_the_machine_is() -> None:
    assert utc(NOW) == "2023-11-14T22:13:20Z"
    assert seconds_of("2023-11-14T22:13:20Z") == NOW
    for date in ("Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:13:20 -0000"):
        assert http_seconds.__wrapped__(date) == NOW
    assert http_seconds.__wrapped__("Wed, 15 Nov 2023 00:13:20 +0200") == NOW


@pytest.mark.parametrize("moment", [None, "", "2023-11-14", "soon"])
def test_what_is_no_moment(moment: str | None) -> None:
    assert seconds_of(moment) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("9" * 15, 999999999999.999),
        ("1" + "0" * 15, None),
        ("0", 0.0),
        ("", None),
        (None, None),
        ("\u0663", None),
        ("-1", None),
    ],
)
def test_epoch_milliseconds(text: str | None, seconds: float | None) -> None:
    assert epoch_seconds(text) == seconds


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1700000000000", "2023-11-14T22:13:20Z"),
        ("next\nweek", "next week"),
        ("", "absent"),
        (None, "absent"),
    ],
)
def test_a_time_as_a_moment(text: str | None, shown: str) -> None:
    assert moment_of(text) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0s"),
        (-5, "0s"),
        (0.9, "0s"),
        (1, "1s"),
        (59, "59s"),
        (60, "1m 0s"),
        (3661, "1h 1m"),
        (86399, "23h 59m"),
        (86400, "1d 0h"),
        (90000 * 24, "25d 0h"),
        (172_799, "1d 23h"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "now"), (1, "1s"), (60, "1m"), (3600, "1h"), (86400, "1d"), (86399, "23h"), (None, "?")],
)
def test_an_age_has_its_largest_unit(seconds: int | None, shown: str) -> None:
    assert age(seconds) == shown


def test_what_is_in_doubt_is_cut() -> None:
    assert trusted_seconds("x" * 99, NOW) == Doubt(f"is {'x' * 79}…, not a number")
    assert trusted_seconds("x" * 80, NOW) == Doubt(f"is {'x' * 80}, not a number")
    assert trusted_seconds("0" * 15, NOW) == Doubt(
        f"is {'0' * 15}, which in milliseconds is 1970-01-01T00:00:00Z, before AWS Amplify existed"
    )
