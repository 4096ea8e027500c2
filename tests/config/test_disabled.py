"""A stack that disables dynamic providers is refused, as the engine refuses each of its jobs."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.config.engine_config import engine_config
from pulumi_amplify_jobs.errors import ConfigError

from .conftest import STACK, Project

JOBS = '{a: {appId: d1, backendEnvironmentName: prod, jobId: "1", status: FAILED}}'


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('["*"]', "has *: the engine then refuses every job and rule"),
        ('[aws, " pulumi-python "]', "has pulumi-python: the engine then refuses every job"),
        ("'[\"*\"]'", "has *: the engine then refuses every job and rule"),
        ('"*"', "is not a list of names, and the engine refuses it"),
        ("[1]", "is not a list of names, and the engine refuses it"),
        ("{a: b}", "is not a list of names, and the engine refuses it"),
    ],
)
def test_it_is_refused(project: Project, value: str, said: str) -> None:
    project.stack(f"amplify-jobs:jobs: {JOBS}\npulumi:disable-default-providers: {value}")
    [problem] = project.problems()
    assert problem.startswith(f"{STACK}:3: pulumi:disable-default-providers {said}")


@pytest.mark.parametrize("value", ["[aws]", "[]", "", "''", "[pulumi]"])
def test_others_may_be_disabled(project: Project, value: str) -> None:
    project.stack(f"amplify-jobs:jobs: {JOBS}\npulumi:disable-default-providers: {value}")
    assert list(project.read().jobs) == ["a"]


def test_a_stack_without_jobs_may_disable_all(project: Project) -> None:
    project.stack('pulumi:disable-default-providers: ["*"]')
    assert project.read().jobs == {}


def test_the_program_refuses_it_in_one_line(project: Project) -> None:
    values = {"amplify-jobs:jobs": "{}", "pulumi:disable-default-providers": '["*"]'}
    with pytest.raises(ConfigError) as caught:
        engine_config(values, (), project.directory, "dev")
    [problem] = caught.value.problems
    assert "pulumi:disable-default-providers has *" in problem
