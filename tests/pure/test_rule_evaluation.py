"""Rules held against each other: what each is refused for, and what another one's failure means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_amplify_jobs.domain.jobs import ObservedJob
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.rules import Aim, AppSelector, Criteria, Matches, Rule
from pulumi_amplify_jobs.errors import MOST_NAMES, ServiceUnavailableError
from pulumi_amplify_jobs.reconcile.rule_evaluation import (
    MOST_LINES,
    Evaluation,
    Found,
    bounded,
    evaluate,
)

NOW = 1763942400.0
JOB = ObservedJob(JobKey("d1", "prod", "7"), operation="UpdateBackendAPI", status="RUNNING")
RULE = Rule(
    name="stuck",
    apps=AppSelector(ids=("d1",)),
    environments=("prod",),
    match=Criteria(frozenset({"RUNNING"})),
    aim=Aim(status="FAILED"),
    limit=5,
)
OTHER = replace(RULE, name="other")
GONE = ServiceUnavailableError("throttled", "ListApps")


def refusals(*found: Found, ahead: float | None = None) -> list[list[str]]:
    return [[each.key for each in one.refusals] for one in evaluate(found, ahead, NOW)]


def matching(rule: Rule) -> Found:
    return Found(Matches(rule, (JOB,)))


def failed(rule: Rule) -> Found:
    return Found(Matches(rule, ()), failure=GONE)


def test_a_rule_alone_is_not_refused() -> None:
    assert refusals(matching(RULE)) == [[]]


def test_a_job_of_two_rules_names_both_in_one_order() -> None:
    for rules in ((RULE, OTHER), (OTHER, RULE)):
        lines = {
            line
            for each in evaluate([*map(matching, rules)], None, NOW)
            for line in each.error_lines
        }
        both = "other and stuck both match d1/prod/7, so nothing is written"
        assert [line.partition(": ")[2].startswith(both) for line in lines] == [True, True]


def test_a_job_of_three_rules_names_all() -> None:
    third = replace(RULE, name="hanging")
    evaluations = evaluate([*map(matching, (RULE, OTHER, third))], None, NOW)
    told = "hanging, other and stuck all match d1/prod/7, so nothing is written"
    assert all(told in line for each in evaluations for line in each.error_lines)
    assert [len(each.refusals) for each in evaluations] == [1, 1, 1]


def test_all_reasons_are_told_together() -> None:
    none = replace(RULE, limit=0)
    assert refusals(matching(none), matching(OTHER)) == [["match", "limit"], ["match"]]


@pytest.mark.parametrize(("ahead", "refused"), [(299.0, []), (301.0, ["match"]), (None, [])])
def test_a_wrong_clock_refuses_what_goes_by_age_alone(
    ahead: float | None, refused: list[str]
) -> None:
    old = replace(RULE, match=Criteria(frozenset({"RUNNING"}), older_than=60.0), limit=0)
    by_status = replace(OTHER, apps=AppSelector(ids=("d2",)))
    [first, second] = refusals(Found(Matches(old, ())), Found(Matches(by_status, ())), ahead=ahead)
    assert (first, second) == (refused, [])


@pytest.mark.parametrize(
    ("unread", "refused"),
    [
        (OTHER, True),
        (replace(OTHER, apps=AppSelector(name_matches="shop-*")), True),
        (replace(OTHER, apps=AppSelector(ids=("d2",))), False),
        (replace(OTHER, environments=("dev",)), False),
        (replace(OTHER, match=Criteria(frozenset({"COMPLETED"}))), False),
    ],
)
def test_a_job_is_left_alone_that_an_unread_rule_may_claim(unread: Rule, refused: bool) -> None:
    found: list[Evaluation] = evaluate([matching(RULE), failed(unread)], None, NOW)
    assert [each.cause for each in found[1].refusals] == [GONE]
    assert [each.cause for each in found[0].refusals] == [GONE] * refused
    if refused:
        [line] = found[0].error_lines
        assert line.startswith("stuck: other could not be evaluated and may match d1/prod/7, too")


@pytest.mark.parametrize(
    ("more", "last"),
    [(0, "a line"), (1, "and 1 more job in doubt"), (20, "and 20 more jobs in doubt")],
)
def test_no_more_is_said_of_a_rule_than_people_read(more: int, last: str) -> None:
    lines = bounded(["a line"] * (MOST_LINES + more), "in doubt")
    assert lines == ["a line"] * MOST_LINES + [last] * bool(more)


def why_refused(found: list[Found]) -> str:
    [line] = evaluate(found, None, NOW)[0].error_lines
    return line


LONG = ObservedJob(JobKey("d1", "prod", "7" * 250), status="RUNNING", create_time="soon")
SHORTENED = f"d1/prod/{'7' * 191}…"


def test_a_long_name_is_shortened_in_each_line() -> None:
    both = [Found(Matches(rule, (LONG,))) for rule in (RULE, OTHER)]
    assert f"other and stuck both match {SHORTENED}, so" in why_refused(both)
    assert f"may match {SHORTENED}, too" in why_refused([both[0], failed(OTHER)])
    [doubtful] = evaluate([Found(Matches(RULE, (), ((LONG, "ID is odd"),)))], None, NOW)
    assert doubtful.warnings == (f"{SHORTENED} would match, but its ID is odd; it is left alone",)


def test_of_many_jobs_of_two_rules_some_are_named_and_the_rest_is_counted() -> None:
    jobs = [replace(JOB, key=replace(JOB.key, job_id=str(number))) for number in range(60)]
    found = [Found(Matches(replace(rule, limit=60), tuple(jobs))) for rule in (RULE, OTHER)]
    lines = evaluate(found, None, NOW)[0].error_lines
    assert len(lines) == MOST_NAMES + 1
    assert lines[-1] == f"stuck: and {60 - MOST_NAMES} more jobs"


def test_of_many_jobs_in_doubt_some_are_named_and_the_rest_is_counted() -> None:
    doubts = tuple((JOB, f"ID is odd {number}") for number in range(MOST_LINES + 1))
    [doubtful] = evaluate([Found(Matches(RULE, (), doubts))], None, NOW)
    assert doubtful.warnings[-1] == "and 1 more job in doubt"


def test_more_jobs_than_the_limit_are_refused_in_words() -> None:
    [found] = evaluate([matching(replace(RULE, limit=0))], None, NOW)
    assert found.error_lines == [f"stuck: {found.matches.excess}"]


@pytest.mark.parametrize(("age", "refused"), [(60.0, True), (60.1, False)])
def test_an_unread_rule_that_goes_by_age_may_claim_what_is_old_enough(
    age: float, refused: bool
) -> None:
    job = replace(JOB, create_time=str(int((NOW - 60) * 1000)))
    unread = replace(OTHER, match=Criteria(frozenset({"RUNNING"}), older_than=age))
    found = evaluate([Found(Matches(RULE, (job,))), failed(unread)], 0.0, NOW)
    assert bool(found[0].refusals) is refused
