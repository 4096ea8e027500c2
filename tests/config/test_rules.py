"""`amplify-jobs:rules`: what is read, and what is told of mistakes."""

from __future__ import annotations

from typing import Any, cast

import pytest

from pulumi_amplify_jobs.config.diagnostics import Origin, Problems
from pulumi_amplify_jobs.config.document import Document
from pulumi_amplify_jobs.config.rule_loader import (
    read_rule_arguments,
    read_rules,
    read_unknown_rule_arguments,
)
from pulumi_amplify_jobs.config.unknown import UNKNOWN
from pulumi_amplify_jobs.domain.jobs import Wait
from pulumi_amplify_jobs.domain.name_patterns import JobPattern
from pulumi_amplify_jobs.domain.rules import Aim, AppSelector, Criteria, Rule

from .conftest import Project

GOOD: dict[str, Any] = {
    "apps": ["*"],
    "environments": ["prod"],
    "match": {"status": "RUNNING", "operation": ["UpdateBackendAPI"], "olderThan": "6h"},
    "set": {"status": "FAILED"},
    "limit": 20,
}

RULE = Rule(
    name="no-stuck-pushes",
    apps=AppSelector(ids=("*",)),
    environments=("prod",),
    match=Criteria(frozenset({"RUNNING"}), frozenset({"UpdateBackendAPI"}), older_than=21600.0),
    aim=Aim(status="FAILED"),
    limit=20,
)


def read(rule: Any) -> tuple[list[Rule], list[str]]:
    problems = Problems()
    found = read_rules({"no-stuck-pushes": rule}, Origin(Document("Pulumi.dev.yaml")), {}, problems)
    return [each.rule for each in found.values()], [str(each) for each in problems.found]


def problem_of(**changes: Any) -> str:
    given = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    found, [problem] = read(given)
    assert found == []
    prefix = "Pulumi.dev.yaml: no-stuck-pushes: "
    assert problem.startswith(prefix)
    return problem.removeprefix(prefix)


def test_a_rule() -> None:
    assert read(GOOD) == ([RULE], [])


def test_all_that_a_rule_can_say() -> None:
    [rule], _ = read(
        {
            **GOOD,
            "apps": {"nameMatches": "shop-*", "tags": {"team": "web"}},
            "match": {"status": ["RUNNING", "FAILED"], "idleFor": "90s"},
            "set": {"operation": "CloneBackend"},
            "except": ["d1/prod/7", "d1/prod%2Fx/50%25", "d1/prod/%20a%2A"],
            "wait": {"timeout": "5m"},
        }
    )
    assert rule.apps == AppSelector(name_matches="shop-*", tags=(("team", "web"),))
    assert rule.match == Criteria(frozenset({"RUNNING", "FAILED"}), idle_for=90.0)
    assert rule.aim == Aim(operation="CloneBackend")
    assert rule.exceptions == (
        JobPattern("d1", "prod", "7"),
        JobPattern("d1", "prod%2Fx", "50%25"),
        JobPattern("d1", "prod", "%20a%2A"),
    )
    assert rule.wait == Wait("5m")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"limit": None}, "limit is missing"),
        ({"match": None}, "match is missing"),
        ({"limit": -1}, "limit -1 is not a whole number of 0 or more: write one such as 5"),
        ({"limit": 5000}, "limit 5000: the maximum is 1000"),
        ({"apps": []}, 'apps is empty: write names, or ["*"] for all'),
        ({"apps": "*"}, 'apps * is not a list: write ["*"]'),
        ({"apps": 5}, 'apps 5 is not a list: write ["5"]'),
        ({"apps": ""}, 'apps is not a list: write a list such as ["a", "b"]'),
        ({"apps": {"tag": {"a": "b"}}}, "unknown key apps.tag: did you mean tags?"),
        (
            {"apps": {"nameMatches": "shop-*", "tags": {}}},
            "apps.tags is empty: add a tag, or remove it",
        ),
        ({"apps": {"tags": {"team": 5}}}, 'apps.tags.team 5 is a number: quote it, "5"'),
        ({"targets": {"tags": {"team": 5}}}, 'targets.tags.team 5 is a number: quote it, "5"'),
        ({"match": {"status": 5}}, 'match.status 5 is not a list: write ["5"]'),
        ({"match": {"status": []}}, "match.status is empty: write at least one"),
        ({"match": {"status": ""}}, "match.status is empty: write a value"),
        (
            {"match": {"status": "2025-11-24 00:00:00 +0000 UTC"}},
            "match.status is a date, as Pulumi reads it without quotes: quote it",
        ),
        ({"match": {"status": ["RUNNING", 5]}}, 'match.status[1] 5 is a number: quote it, "5"'),
        ({"targets": 5}, 'targets 5 is not a list: write ["5"]'),
        ({"targets": "shop"}, 'targets shop is not a list: write ["shop"]'),
        ({"targets": [5]}, 'targets[0] 5 is a number: quote it, "5"'),
        ({"targets": []}, 'targets is empty: write names, or ["*"] for all'),
        ({"targets": {"tag": {}}}, "unknown key targets.tag: did you mean tags?"),
        (
            {"targets": {"tags": 5}},
            "targets.tags 5 is not a mapping: write its keys below it, or { key: value }",
        ),
        (
            {"targets": {"tags": {}}},
            'targets.tags is empty: add a tag, or write targets: ["*"] for all',
        ),
        ({"apps": {}}, 'apps names neither nameMatches nor tags: add one, or write ["*"]'),
        ({"environments": [7]}, 'environments[0] 7 is a number: quote it, "7"'),
        ({"set": {}}, "set names neither operation nor status: add one"),
        (
            {"except": ["d1/prod"]},
            "except[0] is not a job: write APP/ENVIRONMENT/JOB, and a / inside a name as %2F",
        ),
        (
            {"except": ["d1/prod/x/y"]},
            "except[0] is not a job: write APP/ENVIRONMENT/JOB, and a / inside a name as %2F",
        ),
        (
            {"except": ["d1/prod/5%"]},
            "except[0] has a % that begins no escape: write % as %25, and / as %2F",
        ),
        (
            {"apps": ["*", "!d1"]},
            "apps[1]: '!d1' begins with !, which does not negate here: to leave out an app, add "
            '"d1/*/*" to except',
        ),
        (
            {"environments": ["!prod"]},
            "environments[0]: '!prod' begins with !, which does not negate here: to leave out "
            "an environment, add "
            '"*/prod/*" to except',
        ),
        (
            {"apps": {"nameMatches": "!shop-*"}},
            "apps.nameMatches: '!shop-*' begins with !, which does not negate here: to leave "
            "out apps, add each as "
            "APP/*/* to except",
        ),
        (
            {"except": ["!d1/prod/a"]},
            "except[0]: '!d1/prod/a' begins with !, which does not negate here: each entry is "
            "an exception already: "
            "remove the !",
        ),
        ({"except": ["d1/prod/a "]}, "except[0] has whitespace around it: remove it"),
        ({"except": ["d1/ prod/a"]}, "except[0] has whitespace around it: remove it"),
        ({"except": ["d1/prod/a\x07"]}, "except[0] has control characters: remove them"),
        ({"apps": ["d1\t"]}, "apps[0] has control characters: remove them"),
        ({"apps": [" d1"]}, "apps[0] has whitespace around it: remove it"),
        ({"environments": ["prod\u00a0"]}, "environments[0] has whitespace around it: remove it"),
        (
            {"apps": {"nameMatches": "shop-* "}},
            "apps.nameMatches has whitespace around it: remove it",
        ),
        ({"match": {"olderThan": "6h"}}, "match.status is missing"),
        (
            {"match": {"status": "RUNNING", "olderThan": 6}},
            "match.olderThan: 6 has no unit: write 6s or 6m",
        ),
        (
            {"match": {"status": "RUNNING", "olderthan": "6h"}},
            "unknown key match.olderthan: did you mean olderThan?",
        ),
        (
            {"unless": "x"},
            "unknown key unless: expected one of apps, environments, match, set, limit, except, "
            "wait, targets",
        ),
        (
            {"set": {"status": "RUNNING"}},
            "set asks for what match already requires (status RUNNING), so the rule would never "
            "change a job: correct one of them",
        ),
    ],
)
def test_a_mistake(changes: dict[str, Any], message: str) -> None:
    assert problem_of(**changes) == message


def test_no_mapping_at_all() -> None:
    assert problem_of.__name__  # the helper needs a mapping
    _, [problem] = read("6h")
    assert problem.endswith(
        "is not a mapping: write apps, environments, match, set and limit below it"
    )


def test_a_status_that_nobody_has_seen_is_a_warning() -> None:
    [_], [warning] = read({**GOOD, "set": {"status": "FALED"}})
    assert "set.status FALED is not a known value: did you mean FAILED?" in warning


def test_arguments_are_read_as_the_config_is() -> None:
    arguments = {
        "apps": ["*"],
        "environments": ["prod"],
        "match": {"status": "RUNNING", "operation": ["UpdateBackendAPI"], "older_than": "6h"},
        "set": {"status": "FAILED"},
        "limit": 20,
    }
    declared, problems = read_rule_arguments(arguments, "no-stuck-pushes", "")
    assert problems == []
    assert declared is not None
    assert declared.rule == RULE
    assert declared.arguments == {
        **arguments,
        "match": {**cast("dict[str, Any]", arguments["match"]), "status": ["RUNNING"]},
    }
    again, _ = read_rule_arguments(declared.arguments, "no-stuck-pushes", "")
    assert again == declared


def test_arguments_may_have_a_target() -> None:
    declared, problems = read_rule_arguments({**GOOD, "target": "shop"}, "r", "shop-eu")
    assert problems == []
    assert declared is not None
    assert declared.rule.target == "shop-eu"
    assert declared.arguments["target"] == "shop"
    known, problems = read_unknown_rule_arguments({**GOOD, "target": UNKNOWN}, "r")
    assert problems == []
    assert known is not None
    assert known["target"] is UNKNOWN


@pytest.mark.parametrize(
    ("changes", "argument", "said"),
    [
        ({"limit": "many"}, "limit", "limit many is not a whole number"),
        ({"limt": 5}, "limt", "unknown key limt: did you mean limit?"),
        ({"set": {"status": "RUNNING"}}, "set", "set asks for what match already requires"),
    ],
)
def test_a_wrong_argument_is_named(changes: dict[str, Any], argument: str, said: str) -> None:
    _, problems = read_rule_arguments({**GOOD, **changes}, "r", "")
    assert [(name, message[: len(said)]) for name, message in problems] == [(argument, said)]


def test_what_lacks_is_about_no_argument() -> None:
    rest = {key: value for key, value in GOOD.items() if key != "limit"}
    _, [(argument, message)] = read_rule_arguments(rest, "r", "")
    assert (argument, message) == ("", "limit is missing")
    _, [(argument, message)] = read_rule_arguments(GOOD, "a\nb", "")
    assert (argument, message) == ("", "a rule's name has control characters: remove them")


UNSEEN = """\
aws:region: eu-west-1
amplify-jobs:targets:
  one: { region: eu-west-1 }
amplify-jobs:rules:
  a:
    apps: ['*']
    environments: ['*']
    match:
      status: RUNING
      operation: UpdateBackendAPIs
    set:
      status: FALED
      operation: CloneBackends
    limit: 1
    targets: [one, two*]
"""
WRONG = """\
  ? "b\\n"
  : { apps: ['*'], environments: ['*'], match: { status: RUNNING }, set: { status: F }, limit: 1 }
  c: 5
  d:
    apps: ['*']
    environments: ['*']
    match: { status: RUNNING }
    set:
      status: RUNNING
    limit: 1
"""


def test_where_a_rule_is_wrong(project: Project) -> None:
    project.stack(UNSEEN)
    assert project.read().warnings == (
        "Pulumi.dev.yaml:10: a: match.status RUNING is not a known value: did you mean RUNNING?",
        "Pulumi.dev.yaml:11: a: match.operation UpdateBackendAPIs is not a known value: did you "
        "mean UpdateBackendAPI?",
        "Pulumi.dev.yaml:14: a: set.operation CloneBackends is not a known value: did you mean "
        "CloneBackend?",
        "Pulumi.dev.yaml:13: a: set.status FALED is not a known value: did you mean FAILED?",
        "Pulumi.dev.yaml:16: a: targets: two* matches no target: correct it, or remove it",
    )
    project.stack(UNSEEN + WRONG)
    assert project.problems() == (
        "Pulumi.dev.yaml:17: b: a rule's name has control characters: remove them",
        "Pulumi.dev.yaml:19: c: is not a mapping: write apps, environments, match, set and limit "
        "below it",
        "Pulumi.dev.yaml:24: d: set asks for what match already requires (status RUNNING), so the "
        "rule would never change a job: correct one of them",
    )
    twice = WRONG.partition("  c: 5\n")[0].partition("  :")[2].strip()
    targets = UNSEEN.partition("amplify-jobs:rules")[0]
    again = twice.replace("limit: 1", "limit: 1, targets: [one]")
    project.stack(f"{targets}amplify-jobs:rules:\n  a@one: {twice}\n  a: {again}\n")
    assert project.problems() == (
        "Pulumi.dev.yaml:7: a: the name a@one is declared twice: rename one of the rules",
    )
    project.stack("aws:region: eu-west-1\namplify-jobs:rules: 5\n")
    assert project.problems() == (
        "Pulumi.dev.yaml:3: rules is not a mapping: write a name for each rule and its keys below "
        "it",
    )


@pytest.mark.parametrize(
    ("targets", "concerned"),
    [
        (None, {""}),
        (["one"], {"one"}),
        (["*"], {"one", "two"}),
        ({"tags": {"tier": "web"}}, {"two"}),
        ({"tags": 5}, set()),
        ([5], set()),
        (5, set()),
    ],
)
def test_which_targets_a_mistake_in_a_rule_concerns(targets: Any, concerned: set[str]) -> None:
    problems = Problems()
    given = {**GOOD, "limit": "many", **({} if targets is None else {"targets": targets})}
    known = {"one": {}, "two": {"tier": "web"}}
    read_rules({"r": given, "s": 5}, Origin(Document("Pulumi.dev.yaml")), known, problems)
    of_rule = [each for each in problems.found if each.job == "r"]
    assert {each.place.targets for each in of_rule} == {frozenset(concerned)}
    assert {each.place.targets for each in problems.found if each.job == "s"} == {frozenset()}


def test_arguments_that_are_not_known_yet_are_written_as_they_will_be() -> None:
    arguments, problems = read_unknown_rule_arguments(
        {
            "apps": {"name_matches": UNKNOWN, "tags": {"team": UNKNOWN, "tier": "web"}},
            "environments": ["prod", UNKNOWN],
            "match": {"status": "RUNNING", "operation": [UNKNOWN], "older_than": UNKNOWN},
            "set": {"status": UNKNOWN},
            "limit": "20",
            "except": UNKNOWN,
            "wait": {"timeout": UNKNOWN},
        },
        "stuck",
    )
    assert problems == []
    assert arguments == {
        "apps": {"name_matches": UNKNOWN, "tags": {"team": UNKNOWN, "tier": "web"}},
        "environments": ["prod", UNKNOWN],
        "match": {"status": ["RUNNING"], "operation": [UNKNOWN], "older_than": UNKNOWN},
        "set": {"status": UNKNOWN},
        "limit": 20,
        "except": UNKNOWN,
        "wait": {"timeout": UNKNOWN},
    }


def test_whole_mappings_may_be_unknown() -> None:
    given: dict[str, Any] = {
        "apps": UNKNOWN,
        "environments": UNKNOWN,
        "match": UNKNOWN,
        "set": UNKNOWN,
        "limit": UNKNOWN,
        "except": [UNKNOWN, "d1/prod/7"],
        "wait": UNKNOWN,
    }
    assert read_unknown_rule_arguments(given, "stuck") == (given, [])


def test_what_is_known_of_a_rule_is_checked() -> None:
    given = {"apps": UNKNOWN, "environments": UNKNOWN, "match": UNKNOWN, "set": {}, "limit": "no"}
    arguments, problems = read_unknown_rule_arguments(given, "stuck")
    assert arguments is None
    assert problems == [
        ("set", "set names neither operation nor status: add one"),
        ("limit", "limit no is not a whole number of 0 or more: write one such as 5"),
    ]
