"""Targets that lead to the same account and region: a job there would have two names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_amplify_jobs.config.target_places import Places
from pulumi_amplify_jobs.settings import AssumeRole, Settings

from .conftest import Project

REST = "{ apps: ['*'], environments: ['*'], match: { status: RUNNING }, set: { status: FAILED }"
OF_ALL = f"amplify-jobs:rules:\n  stuck: {REST}, targets: ['*'], limit: 5 }}\n"
ONE = "111122223333"
TWICE = "leads to the same account and region as"


def targets_and_top(targets: str, rest: str = OF_ALL) -> str:
    indented = "".join(f"  {line}\n" for line in targets.splitlines())
    return f"aws:region: eu-west-1\namplify-jobs:targets:\n{indented}{rest}"


@pytest.mark.parametrize(
    "targets",
    [
        "a: {}\nb: {}",
        f"a: {{}}\nb: {{ accountId: '{ONE}' }}",
        f"a: {{ accountId: '{ONE}' }}\nb: {{}}",
        f"a: {{ accountId: '{ONE}' }}\nb: {{ accountId: '{ONE}', profile: p }}",
        f"a: {{ accountId: '{ONE}' }}\n"
        f"b: {{ assumeRoles: [{{ roleArn: 'arn:aws:iam::{ONE}:role/r' }}] }}",
        "a: { profile: p }\nb: { profile: p, region: eu-west-1, maxRetries: 0 }",
    ],
)
def test_two_targets_that_lead_to_one_place_are_an_error(project: Project, targets: str) -> None:
    project.stack(targets_and_top(targets))
    assert project.problems() == (f"Pulumi.dev.yaml:5: b: {TWICE} target a: keep one of the two",)


@pytest.mark.parametrize(
    "targets",
    [
        "a: { region: us-east-1 }\nb: {}",
        f"a: {{ accountId: '{ONE}' }}\nb: {{ accountId: '999999999999' }}",
        "a: { endpoint: 'http://127.0.0.1:1' }\nb: {}",
        f"a: {{ accountId: '{ONE}' }}\n"
        "b: { assumeRoles: [{ roleArn: 'arn:aws:iam::999999999999:role/r' }] }",
    ],
)
def test_targets_that_lead_elsewhere_are_none(project: Project, targets: str) -> None:
    project.stack(targets_and_top(targets))
    assert project.read().warnings == ()


def test_where_the_settings_at_the_top_are_used_no_target_leads_there(project: Project) -> None:
    target = f"shop: {{ accountId: '{ONE}' }}"
    project.stack(targets_and_top(target))
    assert project.read().warnings == ()
    job = "{ appId: d1, backendEnvironmentName: prod, jobId: '1', status: RUNNING }"
    jobs = f"{OF_ALL}amplify-jobs:jobs:\n  keep: {job}\n"
    rules = f"{OF_ALL}  failed: {REST}, limit: 5 }}\n"
    for rest in (jobs, rules):
        project.stack(targets_and_top(target, rest))
        assert project.problems() == (
            f"Pulumi.dev.yaml:4: shop: {TWICE} the settings at the top: give what has no target "
            "this one",
        )


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_aws_environment_may_name_the_region_at_the_top(
    project: Project, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    job = "{ appId: d1, backendEnvironmentName: prod, jobId: '1', status: RUNNING }"
    jobs = f"amplify-jobs:jobs:\n  keep: {job}\n"
    written = targets_and_top("shop: { region: eu-west-1 }", f"{OF_ALL}{jobs}")
    project.stack(written.removeprefix("aws:region: eu-west-1\n"))
    [warning] = project.read().warnings
    assert warning == (
        "Pulumi.dev.yaml:3: shop: may lead to the same account and region as the settings at the "
        "top, where rules would write jobs that are declared by the other name: write the region "
        "of both"
    )
    monkeypatch.setenv(variable, "us-east-1")
    assert project.read().warnings == ()
    monkeypatch.setenv(variable, "eu-west-1")
    [problem] = project.problems()
    assert TWICE in problem


def test_targets_that_nothing_tells_apart_are_a_warning(project: Project) -> None:
    project.stack(targets_and_top("a: { profile: one }\nb: { profile: two }"))
    [warning] = project.read().warnings
    assert warning.startswith("Pulumi.dev.yaml:5: b: may lead to the same account and region as ")
    project.stack(
        targets_and_top(f"a: {{ profile: one }}\nb: {{ accountId: '{ONE}', profile: t }}")
    )
    assert len(project.read().warnings) == 1
    project.stack(targets_and_top("a: { profile: one }\nb: { profile: two, region: us-east-1 }"))
    assert project.read().warnings == ()
    project.stack(
        targets_and_top(
            "a: { profile: one }\nb: { profile: two }",
            f"{OF_ALL}amplify-jobs:allowedAccountIds: ['{ONE}', '999999999999']\n",
        )
    )
    assert len(project.read().warnings) == 1
    project.stack(
        targets_and_top(
            "a: { profile: one }\nb: { profile: two }",
            f"{OF_ALL}amplify-jobs:allowedAccountIds: ['{ONE}']\n",
        )
    )
    assert len(project.problems()) == 1


def test_what_may_lead_to_one_place_is_said_with_the_key_that_would_tell(project: Project) -> None:
    project.stack(targets_and_top(f"a: {{ accountId: '{ONE}' }}\nb: {{ profile: two }}"))
    assert project.read().warnings == (
        "Pulumi.dev.yaml:5: b: may lead to the same account and region as target a, where rules "
        "would write jobs that are declared by the other name: write the accountId of both",
    )


def test_one_account_may_be_meant_in_one_region(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    targets = f"a: {{ accountId: '{ONE}', region: eu-west-1 }}\nb: {{ accountId: '{ONE}' }}"
    project.stack(targets_and_top(targets).removeprefix("aws:region: eu-west-1\n"))
    [warning] = project.read().warnings
    assert warning.endswith("write the region of both")
    other = targets.replace(f"b: {{ accountId: '{ONE}' }}", "b: { accountId: '999999999999' }")
    project.stack(targets_and_top(other).removeprefix("aws:region: eu-west-1\n"))
    assert project.read().warnings == ()


def test_each_target_is_held_against_all_before_it(project: Project) -> None:
    project.stack(targets_and_top("a: { profile: p }\nb: { profile: p }\nc: { profile: p }"))
    assert project.problems() == tuple(
        f"Pulumi.dev.yaml:{line}: {name}: {TWICE} target a: keep one of the two"
        for line, name in ((5, "b"), (6, "c"))
    )


HUB = (AssumeRole(f"arn:aws:iam::{ONE}:role/r"),)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (Settings(account_id=ONE), Settings(account_id=ONE, profile="p"), True),
        (Settings(account_id=ONE), Settings(account_id="999999999999"), False),
        (Settings(profile="p"), Settings(profile="p", account_id=ONE), True),
        (Settings(profile="p", account_id=ONE), Settings(profile="p"), True),
        (Settings(profile="p"), Settings(profile="q"), False),
        (Settings(profile="p"), Settings(profile="q", account_id=ONE), False),
        (Settings(profile="p"), Settings(profile="p", assume_roles=HUB), False),
        (Settings(account_id=ONE), Settings(assume_roles=HUB), True),
        (Settings(account_id=ONE), Settings(account_id=ONE, endpoint="http://e"), False),
        (Settings(profile="p", region="r1"), Settings(profile="p", region="r2"), False),
        (Settings(profile="p", region=""), Settings(profile="p", region=""), True),
        (
            Settings(account_id=ONE, profile="p", region=""),
            Settings(account_id=ONE, profile="q", region=""),
            False,
        ),
        (
            Settings(account_id=ONE, profile="p", region="r1"),
            Settings(account_id=ONE, profile="q", region="r1"),
            True,
        ),
    ],
)
def test_the_first_target_of_a_place_names_it(
    first: Settings, second: Settings, same: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    places = Places()
    regions = [each.region if each.region is not None else "r1" for each in (first, second)]
    a, b = (
        replace(each, target=name, region=region or None)
        for each, name, region in zip((first, second), "ab", regions, strict=True)
    )
    assert [places.first_at(each) for each in (a, b, b, a)] == ["a", *("aa" if same else "bb"), "a"]
    maybe = Places()
    maybe.region_of(a).take(a, "a")
    assert (maybe.region_of(b).same_as(b) == "a") is same
