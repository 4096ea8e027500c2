"""A read lags behind a write where its updateTime is earlier, and the write is not long ago."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_amplify_jobs.domain.jobs import ObservedJob
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.stale_reads import LAG, is_earlier, lags_behind
from pulumi_amplify_jobs.dynamic.decisions import lagging

WRITTEN = 1_763_942_400.0
SHOWN = "1763942400000"


def at(update_time: str | None) -> ObservedJob:
    return ObservedJob(JobKey("d1", "prod", "1"), status="RUNNING", update_time=update_time)


@pytest.mark.parametrize(
    ("update_time", "earlier"),
    [
        ("1763942399999", True),
        ("1763942400000", False),
        ("1763942400001", False),
        (None, False),
        ("yesterday", False),
    ],
)
def test_a_read_is_earlier_by_its_update_time_alone(update_time: str | None, earlier: bool) -> None:
    assert is_earlier(at(update_time), SHOWN) is earlier
    assert lags_behind(at(update_time), SHOWN, WRITTEN, WRITTEN) is earlier


def test_no_read_is_earlier_than_what_has_no_time_or_was_not_there() -> None:
    assert not is_earlier(at("1"), None)
    assert not is_earlier(at("1"), "yesterday")
    assert not is_earlier(None, SHOWN)


@pytest.mark.parametrize(("seconds", "lags"), [(LAG - 0.1, True), (LAG, False)])
def test_after_ten_seconds_a_read_is_believed(seconds: float, lags: bool) -> None:
    assert lags_behind(at("1"), SHOWN, WRITTEN, WRITTEN + seconds) is lags


def test_without_a_write_a_read_is_believed() -> None:
    assert not lags_behind(at("1"), SHOWN, None, WRITTEN)


def entry(**more: str) -> dict[str, Any]:
    before = {"status": "RUNNING", "updated": "2025-11-23T23:00:00Z"}
    return {"job": "d1/prod/1", "from": before, "time": "2025-11-24T00:00:00Z", **more}


BEFORE = str(round((WRITTEN - 3600) * 1000))


@pytest.mark.parametrize(
    ("update_time", "history", "lags"),
    [
        (BEFORE, [entry()], True),
        (str(round((WRITTEN - 0.5) * 1000)), [entry()], False),
        (None, [entry()], False),
        (BEFORE, [entry(unsettled="it still shows RUNNING")], False),
        (BEFORE, [entry(time="2025-11-23T23:59:50Z")], False),
        (BEFORE, [{"job": "d1/prod/1", "time": "2025-11-24T00:00:00Z"}], False),
        (BEFORE, [], False),
    ],
    ids=[
        "as before",
        "moved since",
        "without a time",
        "not shown",
        "long ago",
        "from nothing",
        "not written",
    ],
)
def test_what_a_rule_wrote_lags_where_it_is_shown_just_as_before(
    update_time: str | None, history: list[dict[str, Any]], lags: bool
) -> None:
    assert lagging(history, [at(update_time)], WRITTEN) == ({"d1/prod/1"} if lags else set())
