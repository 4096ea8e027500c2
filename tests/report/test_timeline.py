"""Where the bars and ticks of the timeline stand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.times import Doubt
from pulumi_amplify_jobs.report.model import ACTIONS, Action, Cell, ReportedJob
from pulumi_amplify_jobs.report.ticks import MOST_TICKS, ticks
from pulumi_amplify_jobs.report.timeline import LAST_MOMENT, NARROWEST, Bar, Timeline, timeline

DAY = 86400


def at(moment: str) -> float:
    return datetime.fromisoformat(f"{moment}+00:00").timestamp()


def job(
    name: str = "job",
    created: float | None = None,
    updated: float | None = None,
    *,
    environment: str | None = "prod",
    status: str = "COMPLETED",
    action: Action = "unchanged",
) -> ReportedJob:
    key = JobKey("app", environment, name) if environment else None
    return ReportedJob(name, action, key, status=Cell(status), created=created, updated=updated)


def drawn(*jobs: ReportedJob, most: int = 60) -> Timeline:
    found = timeline(jobs, most)
    assert found is not None
    return found


def bars(*jobs: ReportedJob, most: int = 60) -> dict[str, Bar]:
    return {bar.job.name: bar for lane in drawn(*jobs, most=most).lanes for bar in lane.bars}


def test_a_bar_reaches_from_create_to_update_time() -> None:
    found = bars(job("long", 1000, 2000), job("short", 1250, 1500))
    assert (found["long"].start, found["long"].end) == (0, 1)
    assert (found["short"].start, found["short"].end, found["short"].moment) == (0.25, 0.5, 0.5)
    assert not found["short"].is_open


def test_the_edges_are_the_earliest_and_latest_moment_of_the_jobs() -> None:
    found = drawn(job("a", 1000, 2000), job("b", None, 3000), job("c", 500, None))
    assert (found.begin, found.end) == (500, 3000)


def test_a_running_job_is_open_to_the_right_edge() -> None:
    found = bars(job("running", 1000, 1500, status="RUNNING"), job("done", 1000, 2000))
    assert (found["running"].start, found["running"].end) == (0, 1)
    assert found["running"].moment == 0.5
    assert found["running"].is_open
    assert not found["done"].is_open


def test_a_job_of_unknown_beginning_is_a_moment_at_its_update_time() -> None:
    found = bars(job("full", 1000, 2000), job("half", None, 1500), job("running", None, 1500))
    half = found["half"]
    assert (half.start, half.end, half.known_start) == (0.5, 0.5, False)
    assert found["full"].known_start


def test_a_running_job_of_unknown_beginning_is_open_all_the_same() -> None:
    found = bars(job("full", 1000, 2000), job("half", None, 1500, status="RUNNING"))["half"]
    assert (found.start, found.end, found.is_open) == (0.5, 0.5, True)


def test_a_job_of_no_time_is_a_sliver_that_can_be_seen() -> None:
    found = bars(job("full", 1000, 2000), job("early", 1000, 1000), job("late", 2000, 2000))
    assert (found["early"].start, found["early"].end) == (0, NARROWEST)
    assert (found["late"].start, found["late"].end) == (1 - NARROWEST, 1)


def test_times_the_wrong_way_round_are_drawn_between_them() -> None:
    found = bars(job("full", 1000, 2000), job("back", 1750, 1500))["back"]
    assert (found.start, found.end) == (0.5, 0.75)


@pytest.mark.parametrize("time", [None, math.nan, math.inf, -1.0, LAST_MOMENT + 1], ids=str)
def test_jobs_without_a_time_that_a_calendar_knows_are_counted(time: float | None) -> None:
    assert timeline([job("none", time, time)]) is None
    found = drawn(job("none", time, time), job("full", 1000, 2000), job("half", time, 1500))
    assert [bar.job.name for lane in found.lanes for bar in lane.bars] == ["full", "half"]
    assert found.timeless == 1


def test_there_is_no_timeline_without_jobs() -> None:
    assert timeline([]) is None


def test_a_lone_moment_is_at_the_right_edge_of_an_hour() -> None:
    found = drawn(job("only", 7200, 7200))
    assert (found.begin, found.end) == (3600, 7200)
    assert drawn(job("first", 0, 0)).begin == 0


def test_lanes_are_environments_and_within_them_the_earliest_comes_first() -> None:
    found = drawn(
        job("late", 3000, 4000),
        job("early", 1000, 2000),
        job("nowhere", 1, 2, environment=None),
        job("other", 1000, 2000, environment="dev"),
    )
    assert [(lane.environment, [bar.job.name for bar in lane.bars]) for lane in found.lanes] == [
        (("app", "dev"), ["other"]),
        (("app", "prod"), ["early", "late"]),
        (None, ["nowhere"]),
    ]


def test_a_bar_knows_which_job_it_is() -> None:
    found = bars(job("b", 3000, 4000), job("none"), job("a", 1000, 2000))
    assert {name: bar.index for name, bar in found.items()} == {"b": 0, "a": 2}


def test_too_many_jobs_are_counted_and_the_stuck_and_changing_ones_are_drawn() -> None:
    jobs = [
        *(job(f"same-{number}", 1000, 2000) for number in range(3)),
        job("alone", 1000, 2000, action="skipped"),
        job("change", 1000, 2000, action="update"),
        job("stuck", 1000, 2000, action="update", status="RUNNING"),
        job("none"),
    ]
    found = drawn(*jobs, most=3)
    assert {bar.job.name for lane in found.lanes for bar in lane.bars} == {
        "stuck",
        "change",
        "alone",
    }
    assert (found.crowded_out, found.timeless) == (3, 1)
    assert list(bars(*jobs, most=1)) == ["stuck"]


times = st.none() | st.floats(0, LAST_MOMENT) | st.floats()
jobs = st.lists(
    st.builds(
        job,
        st.text(),
        times,
        times,
        environment=st.none() | st.text(),
        status=st.sampled_from(["RUNNING", "FAILED"]),
        action=st.sampled_from(ACTIONS),
    ),
    max_size=8,
)


@given(jobs, st.integers(1, 8))
def test_whatever_the_times_everything_is_within_the_drawing(
    given_jobs: list[ReportedJob], most: int
) -> None:
    found = timeline(given_jobs, most)
    shown = [bar for lane in found.lanes for bar in lane.bars] if found else []
    for bar in shown:
        assert 0 <= bar.start <= bar.end <= 1
        assert 0 <= bar.moment <= 1
        assert given_jobs[bar.index] is bar.job
    if found:
        assert len(shown) + found.timeless + found.crowded_out == len(given_jobs)
        assert len(shown) == min(most, len(given_jobs) - found.timeless)


LABELS = {
    "seconds": ("2026-11-24T06:00:00", "2026-11-24T06:00:02", "06:00:00 06:00:01 06:00:02"),
    "minutes": ("2026-11-24T05:58:30", "2026-11-24T06:03:00", "05:59 06:00 06:01 06:02 06:03"),
    "hours": ("2026-11-23T17:30:00", "2026-11-24T10:00:00", "18:00 21:00 00:00 03:00 06:00 09:00"),
    "days": ("2026-11-22T17:30:00", "2026-11-26T10:00:00", "23 Nov 24 Nov 25 Nov 26 Nov"),
    "weeks": ("2026-11-01T00:00:00", "2026-11-30T10:00:00", "2 Nov 9 Nov 16 Nov 23 Nov 30 Nov"),
    "months": ("2025-11-02T00:00:00", "2026-03-30T10:00:00", "Dec Jan Feb Mar"),
    "half years": ("2024-01-01T00:00:00", "2026-03-30T10:00:00", "Jan Jul Jan Jul Jan"),
    "years": ("2021-01-02T00:00:00", "2026-03-30T10:00:00", "2022 2023 2024 2025 2026"),
}


@pytest.mark.parametrize(("begin", "end", "labels"), LABELS.values(), ids=LABELS)
def test_ticks_are_at_round_moments(begin: str, end: str, labels: str) -> None:
    assert " ".join(tick.label for tick in ticks(at(begin), at(end))) == labels


def test_the_day_is_told_once_and_when_it_changes() -> None:
    found = ticks(at("2026-11-23T17:30:00"), at("2026-11-24T10:00:00"))
    assert [tick.above for tick in found] == ["23 Nov", "", "24 Nov", "", "", ""]


def test_a_tick_stands_where_its_moment_is() -> None:
    [first, second] = ticks(at("2026-11-24T06:00:00"), at("2026-11-24T06:00:01"))
    assert (first.at, second.at) == (0, 1)


@given(st.floats(0, LAST_MOMENT), st.floats(0, LAST_MOMENT))
def test_there_are_some_ticks_and_never_too_many(one: float, other: float) -> None:
    begin, end = sorted((one, other))
    if begin < end:
        found = ticks(begin, end)
        assert len(found) <= MOST_TICKS
        assert all(0 <= tick.at <= 1 for tick in found)
        assert found or end - begin < 1


def test_a_time_in_doubt_stands_nowhere_on_the_line() -> None:
    doubtful = replace(job("b", None, 1500), created=Doubt("is 1970-01-21T18:45:00Z"))
    found = drawn(job("a", 1000, 2000), doubtful)
    assert (found.begin, found.end, found.timeless) == (1000, 2000, 0)
    assert not bars(job("a", 1000, 2000), doubtful)["b"].known_start


def test_a_job_whose_times_are_all_in_doubt_is_only_counted() -> None:
    doubt = Doubt("is 1970-01-21T18:45:00Z")
    doubtful = replace(job("b"), created=doubt, updated=doubt)
    assert drawn(job("a", 1000, 2000), doubtful).timeless == 1
    assert timeline([doubtful]) is None
