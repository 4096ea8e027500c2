"""What an account's audit trail calls an assumed role's session: who ran what, in STS's letters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.client.session_names import NAME, SYSTEMS, System, session_name

STS_TAKES = re.compile(r"[A-Za-z0-9_+=,.@-]{2,64}")
"""Source: the STS API reference on RoleSessionName."""

TEXTS = st.text(max_size=100)
VARIABLES = sorted(
    {name for each in SYSTEMS for name in (each.mark, each.actor, *each.run) if name}
)

EXAMPLES = {
    "GitHub Actions": (
        {"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "ann", "GITHUB_RUN_ID": "17182838459"},
        f"{NAME}-ann-17182838459",
    ),
    "GitHub Actions, a bot": (
        {"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "dependabot[bot]", "GITHUB_RUN_ID": "1"},
        f"{NAME}-dependabot-bot-1",
    ),
    "GitLab": (
        {"GITLAB_CI": "true", "GITLAB_USER_LOGIN": "ann.lee", "CI_PIPELINE_ID": "9"},
        f"{NAME}-ann.lee-9",
    ),
    "GitLab, a job without a pipeline": (
        {"GITLAB_CI": "true", "GITLAB_USER_LOGIN": "ann.lee", "CI_JOB_ID": "77"},
        f"{NAME}-ann.lee-77",
    ),
    "Buildkite": (
        {
            "BUILDKITE": "true",
            "BUILDKITE_BUILD_CREATOR": "Ann Lee",
            "BUILDKITE_BUILD_NUMBER": "59034",
        },
        f"{NAME}-Ann-Lee-59034",
    ),
    "CircleCI": (
        {"CIRCLECI": "true", "CIRCLE_USERNAME": "ann", "CIRCLE_BUILD_NUM": "370"},
        f"{NAME}-ann-370",
    ),
    "Azure Pipelines": (
        {"TF_BUILD": "True", "BUILD_REQUESTEDFOR": "Lee, Änn", "BUILD_BUILDID": "41"},
        f"{NAME}-Lee,--nn-41",
    ),
    "Bitbucket": (
        {
            "BITBUCKET_BUILD_NUMBER": "12",
            "BITBUCKET_STEP_TRIGGERER_UUID": "{8b9a7c1e-35f2-4e1c-9d3a-0a1b2c3d4e5f}",
        },
        f"{NAME}-8b9a7c1e-35f2-4e1c-9d3a-0a1b2c3d4e5f-12",
    ),
    "CodeBuild": (
        {
            "CODEBUILD_BUILD_ARN": "arn:aws:codebuild:eu-west-1:1:build/p:b1e6661e",
            "CODEBUILD_INITIATOR": "codepipeline/nightly",
            "CODEBUILD_BUILD_NUMBER": "8",
        },
        f"{NAME}-codepipeline-nightly-8",
    ),
    "Travis": ({"TRAVIS": "true", "TRAVIS_BUILD_ID": "46812085"}, f"{NAME}-46812085"),
    "Drone": ({"DRONE": "true", "DRONE_BUILD_NUMBER": "5"}, f"{NAME}-5"),
    "TeamCity": ({"TEAMCITY_VERSION": "2025.07", "BUILD_NUMBER": "64"}, f"{NAME}-64"),
    "Jenkins": (
        {"JENKINS_URL": "http://ci/", "BUILD_USER_ID": "ann", "BUILD_NUMBER": "153"},
        f"{NAME}-ann-153",
    ),
    "a system that the user names to Pulumi": (
        {"PULUMI_CI_SYSTEM": "ours", "PULUMI_CI_BUILD_ID": "b-7"},
        f"{NAME}-b-7",
    ),
    "nothing is known of the run": ({"GITHUB_ACTIONS": "true"}, NAME),
    "only the actor is known": ({"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "ann"}, f"{NAME}-ann"),
    "no CI": ({"GITHUB_ACTOR": "ann", "BUILD_NUMBER": "153", "USER": "ann"}, NAME),
    "marks that are empty": ({"GITHUB_ACTIONS": "", "GITHUB_ACTOR": "ann"}, NAME),
}


@pytest.mark.parametrize(("environment", "name"), EXAMPLES.values(), ids=EXAMPLES)
def test_who_ran_what(environment: dict[str, str], name: str) -> None:
    assert session_name(environment) == name


@given(st.dictionaries(st.sampled_from(VARIABLES), TEXTS))
def test_sts_takes_every_name(environment: dict[str, str]) -> None:
    name = session_name(environment)
    assert STS_TAKES.fullmatch(name)
    assert name == NAME or name.startswith(f"{NAME}-")


@given(st.sampled_from(SYSTEMS), TEXTS, st.integers(0, 10**30))
def test_the_runs_number_survives_every_actor(system: System, actor: str, run: int) -> None:
    environment = {system.mark: "true", system.actor or "USER": actor, system.run[0]: str(run)}
    assert session_name(environment).endswith(f"-{run}")


@given(st.sampled_from([each for each in SYSTEMS if each.actor]), TEXTS, st.integers(0, 10**15))
def test_an_actor_that_fits_is_whole(system: System, actor: str, run: int) -> None:
    plain = re.sub(r"[^A-Za-z0-9]", "", actor)[:20]
    environment = {system.mark: "true", system.actor or "": plain, system.run[0]: str(run)}
    assert session_name(environment) == "-".join(filter(None, (NAME, plain, str(run))))
