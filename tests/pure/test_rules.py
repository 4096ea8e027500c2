"""Which jobs a rule matches, at the edges of time and in doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.domain.jobs import App, DesiredJob, JobFilter, ObservedJob, Wait
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.name_patterns import JobPattern
from pulumi_amplify_jobs.domain.plan import Nothing, Skipped, Update, plan
from pulumi_amplify_jobs.domain.rules import (
    Aim,
    AppSelector,
    Criteria,
    Rule,
    desired,
    match,
    match_jobs,
)
from pulumi_amplify_jobs.domain.times import Doubt, epoch_seconds

NOW = 1_763_942_400.0
HOUR = 3600.0
KEY = JobKey("d2abc", "prod", "4f1c")


def at(hours_ago: float) -> str:
    return str(round((NOW - hours_ago * HOUR) * 1000))


def stuck(hours: float = 7, idle: float = 2, job_id: str = "4f1c") -> ObservedJob:
    key = replace(KEY, job_id=job_id)
    return ObservedJob(key, "UpdateBackendAPI", "RUNNING", at(hours), at(idle))


RULE = Rule(
    name="no-stuck-pushes",
    apps=AppSelector(ids=("*",)),
    environments=("*",),
    match=Criteria(
        frozenset({"RUNNING"}), frozenset({"UpdateBackendAPI"}), older_than=6 * HOUR, idle_for=HOUR
    ),
    aim=Aim(status="FAILED"),
    limit=2,
)


@pytest.mark.parametrize(
    ("job", "judgement"),
    [
        (stuck(), True),
        (stuck(hours=6), True),
        (stuck(hours=6 - 1 / HOUR), False),
        (stuck(idle=1), True),
        (stuck(idle=0.999), False),
        (stuck(hours=-0.05), False),  # the service's clock is ahead of ours
        (
            stuck(hours=-1),
            Doubt(
                "createTime is 2025-11-24T01:00:00Z, more than 5 minutes ahead of this "
                "machine's clock"
            ),
        ),
        (
            replace(stuck(), create_time="1763942400"),  # epoch seconds
            Doubt(
                "createTime is 1763942400, which in milliseconds is 1970-01-21T09:59:02Z, "
                "before AWS "
                "Amplify existed"
            ),
        ),
        (
            replace(stuck(), create_time="0"),
            Doubt(
                "createTime is 0, which in milliseconds is 1970-01-01T00:00:00Z, before AWS "
                "Amplify existed"
            ),
        ),
        (replace(stuck(), create_time="1483228800000"), True),
        (
            replace(stuck(), update_time="1483228799999"),
            Doubt(
                "updateTime is 1483228799999, which in milliseconds is 2016-12-31T23:59:59Z, "
                "before AWS "
                "Amplify existed"
            ),
        ),
        (replace(stuck(), status="COMPLETED"), False),
        (replace(stuck(), status=None), False),
        (replace(stuck(), operation="CloneBackend"), False),
        (replace(stuck(), create_time=None), Doubt("createTime is absent")),
        (replace(stuck(), create_time="soon"), Doubt("createTime is soon, not a number")),
        (replace(stuck(), update_time="1e9"), Doubt("updateTime is 1e9, not a number")),
        (replace(stuck(), update_time="٣"), Doubt("updateTime is ٣, not a number")),
        (replace(stuck(hours=1), update_time=None), False),
        (
            replace(stuck(), create_time="", update_time="-5"),
            Doubt("createTime is absent and updateTime is -5, not a number"),
        ),
    ],
)
def test_a_job_is_claimed_only_where_nothing_is_in_doubt(
    job: ObservedJob, judgement: object
) -> None:
    assert match(RULE, job, NOW) == judgement


def test_times_that_are_not_asked_for_are_not_looked_at() -> None:
    rule = replace(RULE, match=Criteria(statuses=frozenset({"RUNNING"})))
    assert match(rule, replace(stuck(), create_time=None, update_time="x"), NOW) is True


def test_what_shows_the_aim_already_is_spared() -> None:
    rule = replace(RULE, match=Criteria(), aim=Aim("CloneBackend", "FAILED"))
    reached = ObservedJob(KEY, "CloneBackend", "FAILED")
    assert match(rule, reached, NOW) is False
    assert match(rule, replace(reached, operation="UpdateBackendAPI"), NOW) is True
    assert match(rule, replace(reached, status=None), NOW) is True


def test_exceptions_and_jobs_that_are_declared_by_name_are_never_claimed() -> None:
    jobs = [stuck(job_id=name) for name in "abc"]
    rule = replace(RULE, exceptions=(JobPattern("d2abc", "prod", "a"),))
    found = match_jobs(rule, jobs, frozenset({jobs[1].key}), NOW)
    assert found.jobs == (jobs[2],)


def test_the_oldest_come_first_and_more_than_the_limit_are_an_error() -> None:
    jobs = [stuck(hours=hours, job_id=str(hours)) for hours in (8, 40, 9)]
    found = match_jobs(RULE, jobs, frozenset(), NOW)
    assert [job.key.job_id for job in found.jobs] == ["40", "9", "8"]
    assert found.excess is not None
    assert found.excess == (
        "3 jobs match, more than the limit of 2, so nothing is written: d2abc/prod/40, "
        "d2abc/prod/9, d2abc/prod/8; review them, then narrow the rule or raise its limit"
    )
    assert match_jobs(RULE, jobs[:2], frozenset(), NOW).excess is None


def test_doubtful_jobs_are_kept_for_a_warning() -> None:
    job = replace(stuck(), create_time=None)
    found = match_jobs(RULE, [job], frozenset(), NOW)
    assert (found.jobs, found.doubts) == ((), ((job, "createTime is absent"),))


@pytest.mark.parametrize("job_id", [".", ".."])
def test_a_job_that_no_request_can_name_is_never_claimed(job_id: str) -> None:
    found = stuck(job_id=job_id)
    judged = match_jobs(RULE, [found], frozenset(), NOW)
    assert (judged.jobs, [each for each, _ in judged.doubts]) == ((), [found])


SHOP = App("d1", "shop-web", {"team": "web", "stage": "live"})


@pytest.mark.parametrize(
    ("selector", "takes"),
    [
        (AppSelector(ids=("*",)), True),
        (AppSelector(ids=("d0", "d1")), True),
        (AppSelector(ids=("d0",)), False),
        (AppSelector(ids=("d*",)), True),
        (AppSelector(ids=("?1",)), True),
        (AppSelector(ids=("D*",)), False),
        (AppSelector(ids=("[d]1",)), False),
        (AppSelector(ids=("d",)), False),
        (AppSelector(name_matches="shop-*"), True),
        (AppSelector(name_matches="Shop-*"), False),
        (AppSelector(name_matches="shop"), False),
        (AppSelector(tags=(("team", "web"),)), True),
        (AppSelector(tags=(("team", "web"), ("stage", "test"))), False),
        (AppSelector(name_matches="shop-*", tags=(("team", "api"),)), False),
    ],
)
def test_apps_are_selected_by_id_or_by_name_and_tags(selector: AppSelector, takes: bool) -> None:
    assert selector.takes(SHOP) is takes


def test_environments_are_selected_by_name() -> None:
    assert RULE.takes_environment("anything")
    some = replace(RULE, environments=("prod", "dev"))
    patterns = replace(RULE, environments=("pro*", "d?v", "[dev]"))
    assert [
        name for name in ("prod", "dev", "Prod", "d", "[dev]") if patterns.takes_environment(name)
    ] == ["prod", "dev", "[dev]"]
    assert [name for name in ("prod", "dev", "pro") if some.takes_environment(name)] == [
        "prod",
        "dev",
    ]


@given(st.text(max_size=20))
def test_a_time_is_a_plain_number_or_none(text: str) -> None:
    seconds = epoch_seconds(text)
    assert (seconds is not None) == (text.isascii() and text.isdigit() and len(text) <= 15)


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 100), st.sampled_from(["RUNNING", "FAILED"])),
        max_size=30,
    ),
    st.integers(0, 100),
)
def test_claims_are_just_the_jobs_that_are_old_and_idle_enough(
    ages: list[tuple[int, int, str]], asked: int
) -> None:
    jobs = [
        ObservedJob(replace(KEY, job_id=str(number)), "X", status, at(age), at(idle))
        for number, (age, idle, status) in enumerate(ages)
    ]
    match = Criteria(frozenset({"RUNNING"}), older_than=asked * HOUR, idle_for=HOUR)
    found = match_jobs(replace(RULE, match=match), jobs, frozenset(), NOW)
    expected = {
        job.key
        for job, (age, idle, status) in zip(jobs, ages, strict=True)
        if status == "RUNNING" and age >= asked and idle >= 1
    }
    assert {job.key for job in found.jobs} == expected
    assert not found.doubts


def test_a_rule_brings_what_it_matches_to_its_aim_and_leaves_what_is_gone() -> None:
    rule = replace(RULE, aim=Aim("CloneBackend", "FAILED"), wait=Wait("1h"))
    wanted = desired(rule, stuck(), NOW)
    assert replace(wanted, provided=None) == DesiredJob(
        KEY, "CloneBackend", "FAILED", if_missing="ignore", wait=Wait("1h"), name="no-stuck-pushes"
    )
    decision = plan(wanted, stuck())
    assert isinstance(decision, Update)
    assert [each.field for each in decision.changes] == ["operation", "status"]
    assert plan(wanted, None) == Skipped("the service has no such job")
    assert plan(desired(RULE, stuck(), NOW), replace(stuck(), status="FAILED")) == Nothing()


@pytest.mark.parametrize(
    "job",
    [stuck(hours=5), stuck(idle=0.5), replace(stuck(), status="DONE"), stuck(hours=-1)],
    ids=["younger", "touched", "another status", "in doubt"],
)
def test_a_rule_writes_nothing_to_a_job_that_it_no_longer_matches(job: ObservedJob) -> None:
    said = "the rule no-stuck-pushes no longer matches it"
    assert plan(desired(RULE, stuck(), NOW), job) == Skipped(said)


@pytest.mark.parametrize(
    ("statuses", "sent"),
    [
        ({"RUNNING"}, JobFilter(status="RUNNING")),
        ({"RUNNING", "FAILED"}, JobFilter()),
        (set(), JobFilter()),
    ],
)
def test_the_service_filters_by_a_lone_status(statuses: set[str], sent: JobFilter) -> None:
    rule = replace(RULE, match=replace(RULE.match, statuses=frozenset(statuses)))
    assert rule.sent == sent


@pytest.mark.parametrize(
    ("ids", "named"),
    [(("d1", "d2"), ("d1", "d2")), (("d1", "d*"), None), ((), None)],
)
def test_apps_are_named_where_no_id_is_a_pattern(
    ids: tuple[str, ...], named: tuple[str, ...] | None
) -> None:
    assert AppSelector(ids=ids, name_matches=None if ids else "x").named == named


def test_one_job_over_the_limit_is_told_in_the_singular() -> None:
    long = stuck(job_id="x" * 200)
    [line] = filter(None, [match_jobs(replace(RULE, limit=0), [long], frozenset(), NOW).excess])
    assert line == (
        "1 job matches, more than the limit of 0, so nothing is written: "
        f"{str(long.key)[:119]}…; review them, then narrow the rule or raise its limit"
    )


def test_a_job_without_a_time_comes_behind_all_others() -> None:
    criteria = Criteria(frozenset({"RUNNING"}))
    jobs = [
        replace(stuck(job_id="a"), create_time=None),
        stuck(hours=9, job_id="b"),
        replace(stuck(job_id="0"), create_time="never"),
    ]
    found = match_jobs(replace(RULE, match=criteria, limit=3), jobs, frozenset(), NOW).jobs
    assert [job.key.job_id for job in found] == ["b", "0", "a"]


def test_all_doubts_of_a_job_are_told() -> None:
    rule = replace(RULE, match=replace(RULE.match, older_than=None))
    both = replace(stuck(job_id=".."), update_time=None)
    assert match(rule, both, NOW) == Doubt(
        "jobId can't be used in a request's path and updateTime is absent"
    )


@pytest.mark.parametrize(
    ("aim", "asked", "said"),
    [
        (Aim("Op", "FAILED"), Criteria(frozenset({"FAILED"}), frozenset({"Op"})), "both"),
        (Aim("Op"), Criteria(frozenset({"FAILED"}), frozenset({"Op"})), "operation Op"),
        (Aim(status="FAILED"), Criteria(frozenset({"FAILED"})), "status FAILED"),
        (Aim("Op", "FAILED"), Criteria(frozenset({"FAILED"})), None),
        (Aim(status="FAILED"), Criteria(frozenset({"FAILED", "RUNNING"})), None),
        (Aim(status="FAILED"), Criteria(), None),
    ],
)
def test_an_aim_that_every_match_shows_is_told(aim: Aim, asked: Criteria, said: str | None) -> None:
    both = "operation Op, status FAILED"
    assert aim.is_everywhere_in(asked) == (both if said == "both" else said)
