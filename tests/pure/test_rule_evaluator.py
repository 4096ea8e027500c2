"""What is read for the rules of a run, and what each comes to by that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import pytest

from pulumi_amplify_jobs.domain.app_selection import Scope
from pulumi_amplify_jobs.domain.jobs import JobFilter, ObservedJob
from pulumi_amplify_jobs.domain.keys import Environment, JobKey
from pulumi_amplify_jobs.domain.name_patterns import JobPattern
from pulumi_amplify_jobs.domain.rules import Aim, AppSelector, Criteria, Rule
from pulumi_amplify_jobs.errors import AccessDeniedError, ServiceError
from pulumi_amplify_jobs.reconcile.rule_evaluation import Evaluation, RuleEvaluator

if TYPE_CHECKING:
    from pulumi_amplify_jobs.client.inventory import Inventory

NOW = 1763942400.0
CREATED = str(int((NOW - 3600) * 1000))
PROD, DEV = Environment("d1", "prod"), Environment("d1", "dev")
DENIED = AccessDeniedError("not allowed", "ListApps")
RULE = Rule(
    name="stuck",
    apps=AppSelector(ids=("d1",)),
    environments=("*",),
    match=Criteria(frozenset({"RUNNING"})),
    aim=Aim(status="FAILED"),
    limit=5,
)


def job(job_id: str, environment: Environment = PROD, created: str = CREATED) -> ObservedJob:
    return ObservedJob(JobKey(*environment, job_id), status="RUNNING", create_time=created)


@dataclass
class Clock:
    ahead: float | None = None


@dataclass
class Lists:
    """What the service shows, and which questions were asked."""

    jobs_of: Mapping[Environment, tuple[ObservedJob, ...]] = field(default_factory=dict)
    beyond: frozenset[JobKey] = frozenset()
    """Jobs that no list shows."""
    counts: Mapping[JobPattern, int] = field(default_factory=dict)
    refused_apps: Mapping[str, str] = field(default_factory=dict)
    refused_environments: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, ServiceError] = field(default_factory=dict)
    """By the name of the rule or the method that is to fail."""
    clock: Clock = field(default_factory=Clock)
    asked: list[object] = field(default_factory=list)

    def _ask(self, name: str, *what: object) -> None:
        self.asked.append((name, *what))
        if name in self.failures:
            raise self.failures[name]

    def scope(self, rule: Rule) -> Scope:
        self._ask("scope", rule.name)
        if rule.name in self.failures:
            raise self.failures[rule.name]
        return Scope({"d1": tuple(each.name for each in self.jobs_of)}, (), self.refused_apps)

    def jobs(
        self, environments: Iterable[Environment], only: JobFilter
    ) -> tuple[list[ObservedJob], Mapping[str, str]]:
        wanted = list(environments)
        self._ask("jobs", wanted, only)
        return [job for each in wanted for job in self.jobs_of[each]], self.refused_environments

    def has(self, key: JobKey) -> bool:
        self._ask("has", key)
        return key in self.beyond

    def count(self, environments: Iterable[Environment], pattern: JobPattern) -> int:
        self._ask("count", list(environments), pattern)
        return self.counts[pattern]


def evaluator(lists: Lists, declared: frozenset[JobKey] = frozenset()) -> RuleEvaluator:
    return RuleEvaluator(cast("Inventory", lists), declared, NOW)


def evaluated(lists: Lists, *rules: Rule, declared: JobKey | None = None) -> list[Evaluation]:
    return evaluator(lists, frozenset(filter(None, [declared]))).evaluate(rules)


def matching(evaluation: Evaluation) -> list[str]:
    return [each.key.job_id for each in evaluation.matches.jobs]


def test_a_rule_s_environments_are_listed_by_what_it_matches() -> None:
    lists = Lists({PROD: (job("1"),), DEV: (job("2", DEV),)})
    [found] = evaluated(lists, replace(RULE, environments=("prod",)))
    assert matching(found) == ["1"]
    assert ("jobs", [PROD], JobFilter(status="RUNNING")) in lists.asked
    assert (found.rule.name, found.now, found.refusals, found.warnings) == ("stuck", NOW, (), ())


def test_what_is_declared_by_name_no_rule_matches() -> None:
    lists = Lists({PROD: (job("1"), job("2"))})
    [found] = evaluated(lists, RULE, declared=job("1").key)
    assert matching(found) == ["2"]


def test_a_rule_is_read_once_however_often_it_is_evaluated() -> None:
    lists = Lists({PROD: (job("1"),)})
    asking = evaluator(lists)
    other = replace(RULE, name="other", match=Criteria(frozenset({"FAILED"})))
    [first] = asking.evaluate([RULE])
    [again, another] = asking.evaluate([RULE, other])
    assert (again, another.rule) == (first, other)
    assert [each for each in lists.asked if each == ("scope", "stuck")] == [("scope", "stuck")]


def test_ages_are_counted_to_one_moment() -> None:
    lists = Lists({PROD: (job("1"), job("2", created=str(int((NOW - 3599) * 1000))))})
    old = replace(RULE, match=Criteria(frozenset({"RUNNING"}), older_than=3600.0))
    [found] = evaluated(lists, old)
    assert matching(found) == ["1"]


def test_a_wrong_clock_refuses_a_rule_that_goes_by_age() -> None:
    lists = Lists({PROD: (job("1"),)}, clock=Clock(ahead=301.0))
    old = replace(RULE, name="old", match=Criteria(frozenset({"RUNNING"}), older_than=60.0))
    [found, by_age] = evaluated(lists, replace(RULE, environments=("dev",)), old)
    assert found.refusals == ()
    assert not any("clock" in each for each in found.warnings)
    assert by_age.error_lines == [
        "old: this machine's clock is 5m 1s ahead of the service's, so no age can be trusted and "
        "nothing is written: set the clock"
    ]
    assert by_age.warning_lines == [
        "old: this machine's clock is 5m 1s ahead of the service's, so jobs look that much older "
        "than they are: set the clock"
    ]
    assert by_age.failure is None


def test_a_job_with_a_time_in_doubt_is_left_alone_and_named() -> None:
    lists = Lists({PROD: (job("1", created="soon"),)})
    old = replace(RULE, match=Criteria(frozenset({"RUNNING"}), older_than=60.0))
    [found] = evaluated(lists, old)
    assert matching(found) == []
    assert found.warnings == (
        "d1/prod/1 would match, but its createTime is soon, not a number; it is left alone",
    )


def test_places_that_the_service_refuses_to_list_are_named_with_the_reason() -> None:
    lists = Lists(
        {PROD: ()}, refused_apps={"d2": "no such app"}, refused_environments={"d1/dev": "gone"}
    )
    [found] = evaluated(lists, RULE)
    assert found.warnings == ("d2 is left out: no such app", "d1/dev is left out: gone")
    assert found.refusals == ()


def test_a_rule_that_cannot_be_read_is_refused_and_hides_no_other() -> None:
    other = replace(RULE, name="other", match=Criteria(frozenset({"FAILED"})))
    [denied, found] = evaluated(
        Lists({PROD: (job("1"),)}, failures={"other": DENIED}), other, replace(RULE, limit=0)
    )
    assert [(each.key, each.cause) for each in denied.refusals] == [("apps", DENIED)]
    assert denied.error_lines == [f"other: {DENIED}"]
    assert (denied.failure, denied.matches.jobs, denied.fits) == (DENIED, (), ())
    assert [each.key for each in found.refusals] == ["limit"]
    assert found.failure is None


def test_a_rule_refused_for_more_than_a_failed_read_has_another_cause() -> None:
    [_, found] = evaluated(
        Lists({PROD: (job("1"),)}, failures={"other": DENIED}),
        replace(RULE, name="other"),
        replace(RULE, limit=0),
    )
    assert [each.key for each in found.refusals] == ["match", "limit"]
    assert found.failure is None


def test_a_rule_that_may_meet_an_unread_one_has_its_failed_read_for_a_cause() -> None:
    lists = Lists({PROD: (job("1"),)}, failures={"other": DENIED})
    [_, found] = evaluated(lists, replace(RULE, name="other"), RULE)
    assert found.failure == DENIED
    assert found.error_lines == [
        "stuck: other could not be evaluated and may match d1/prod/1, too, so nothing is written"
    ]


def excepted(lists: Lists, text: str, declared: JobKey | None = None) -> dict[str, int]:
    """Return how many jobs an exception of the rule is for, if anything is said of it."""
    rule = replace(RULE, exceptions=(JobPattern.parse(text),), target="shop")
    [found] = evaluated(lists, rule, declared=declared)
    assert found.refusals == ()
    return {each.text: each.count for each in found.fits if each.key == "except"}


def test_an_exception_that_a_list_shows_is_not_asked_for() -> None:
    lists = Lists({PROD: (job("1"), job("9"), job("91"))})
    assert excepted(lists, "d1/prod/9*") == {"d1/prod/9*": 2}
    assert [each[0] for each in lists.asked if isinstance(each, tuple)] == ["scope", "jobs"]


@pytest.mark.parametrize(("there", "count"), [(True, 1), (False, 0)])
def test_an_exception_for_one_job_is_asked_for_in_the_rule_s_target(
    there: bool, count: int
) -> None:
    key = JobKey("d1", "prod", "9", "shop")
    lists = Lists({PROD: (job("1"),)}, beyond=frozenset([key] * there))
    assert excepted(lists, "d1/prod/9") == {"d1/prod/9": count}
    assert lists.asked[-1] == ("has", key)


def test_an_exception_for_a_declared_job_is_right() -> None:
    key = JobKey("d1", "prod", "9", "shop")
    lists = Lists({PROD: (job("1"),)})
    assert excepted(lists, "d1/prod/9", declared=key) == {"d1/prod/9": 1}
    assert ("has", key) not in lists.asked


def test_an_exception_for_whole_environments_counts_them() -> None:
    stage = Environment("d1", "stage")
    lists = Lists({PROD: (job("1"),), DEV: (), stage: ()})
    assert excepted(lists, "d1/?????/*") == {"d1/?????/*": 1}
    assert excepted(Lists({PROD: (), DEV: (), stage: ()}), "d1/*/*") == {"d1/*/*": 3}


def test_an_exception_that_no_list_shows_is_counted_where_it_may_be() -> None:
    pattern = JobPattern.parse("d1/prod/9?")
    lists = Lists({PROD: (job("1"),), DEV: ()}, counts={pattern: 4})
    assert excepted(lists, "d1/prod/9?") == {"d1/prod/9?": 4}
    assert lists.asked[-1] == ("count", [PROD], pattern)


@pytest.mark.parametrize(("method", "text"), [("has", "d1/prod/9"), ("count", "d1/prod/9?")])
def test_of_an_exception_that_cannot_be_asked_for_nothing_is_said(method: str, text: str) -> None:
    lists = Lists({PROD: (job("1"),)}, failures={method: DENIED})
    assert excepted(lists, text) == {}
    assert any(isinstance(each, tuple) and each[0] == method for each in lists.asked)
