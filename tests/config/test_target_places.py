"""Targets that lead to the same account and region: a job there would have two names."""

from __future__ import annotations

import pytest

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
    project.stack(targets_and_top(target, f"{OF_ALL}amplify-jobs:jobs:\n  keep: {job}\n"))
    assert project.problems() == (
        f"Pulumi.dev.yaml:4: shop: {TWICE} the settings at the top: give what has no target this "
        "one",
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
