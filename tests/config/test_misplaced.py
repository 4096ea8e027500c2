"""A key that is meant for this package and stands where nobody looks is an error with its cure."""

from __future__ import annotations

import json

import pytest

from pulumi_amplify_jobs.config.check import check_project
from pulumi_amplify_jobs.config.engine_config import engine_config
from pulumi_amplify_jobs.errors import ConfigError

from .conftest import STACK, Project

JOBS = '{a: {appId: d1, backendEnvironmentName: prod, jobId: "1", status: FAILED}}'
RULES = '{r: {apps: ["*"], match: {status: RUNNING}, set: {status: FAILED}}}'


@pytest.mark.parametrize(
    ("key", "value", "meant"),
    [
        ("amplify-job:jobs", JOBS, "amplify-jobs:jobs"),
        ("amplify_jobs:jobs", "{}", "amplify-jobs:jobs"),
        ("amplifyjobs:rules", RULES, "amplify-jobs:rules"),
        ("Amplify-Jobs:jobs", JOBS, "amplify-jobs:jobs"),
        ("amplfy-jobs:region", "eu-west-1", "amplify-jobs:region"),
        ("amplify-backend-jobs:jobs", JOBS, "amplify-jobs:jobs"),
        ("amplify:jobs", JOBS, "amplify-jobs:jobs"),
        ("aws-amplify:defaults", "{appId: d1}", "amplify-jobs:defaults"),
        ("' amplify-jobs:jobs'", JOBS, "amplify-jobs:jobs"),
        ("jobs", JOBS, "amplify-jobs:jobs"),
        ("jobs", "{}", "amplify-jobs:jobs"),
        ("rules", RULES, "amplify-jobs:rules"),
        ("defaults", "{app_id: d1}", "amplify-jobs:defaults"),
        ("include", "[jobs/*.yaml]", "amplify-jobs:include"),
        ("project:jobs", JOBS, "amplify-jobs:jobs"),
        ("amplify-jobs", f"{{jobs: {JOBS}}}", "amplify-jobs:jobs"),
        ("amplify_jobs", f"{{rules: {RULES}}}", "amplify-jobs:rules"),
    ],
)
def test_in_another_namespace(project: Project, key: str, value: str, meant: str) -> None:
    project.write("Pulumi.yaml", "name: project\nruntime: python\n")
    project.stack(f"other:x: 1\n{key}: {value}")
    said = f"unknown key {key.strip(chr(39)).strip()}: did you mean {meant}?"
    assert project.problems() == (f"{STACK}:3: {said}",)
    [finding] = check_project(project.directory).findings
    assert (finding.severity, finding.line, finding.message) == ("error", 3, said)


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("jobs", "a", JOBS[4:-1]),
        ("rules", "r", RULES[4:-1]),
        ("targets", "t", '{region: eu-west-1, accountId: "111122223333"}'),
    ],
)
def test_beside_our_key_in_place_of_below_it(
    project: Project, key: str, name: str, value: str
) -> None:
    project.stack(f"amplify-jobs:{key}:\n{name}: {value}")
    said = f"{name} stands beside amplify-jobs:{key}: indent it below that key"
    assert project.problems() == (f"{STACK}:3: {said}",)
    project.stack(f'amplify-jobs:{key}: ""\nother:{name}: {value}')
    assert project.read().warnings


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("jobs", "{nightly: {schedule: daily}}"),
        ("rules", "{cors: {match: '*'}}"),
        ("defaults", "{cpu: 256}"),
        ("include", "[docs]"),
        ("region", "eu-west-1"),
        ("endpoint", "x"),
        ("project:jobs", "3"),
        ("databricks:jobs", "{a: {jobId: 3, status: x}}"),
        ("aws:jobs", JOBS),
        ("jobs:jobs", JOBS),
        ("amplify:region", "x"),
    ],
)
def test_what_is_anothers_is_left_to_it(project: Project, key: str, value: str) -> None:
    project.write("Pulumi.yaml", "name: project\nruntime: python\n")
    project.stack(f"{key}: {value}\namplify-jobs:jobs: {JOBS}")
    assert list(project.read().jobs) == ["a"]


def test_a_project_may_be_called_almost_as_the_namespace(project: Project) -> None:
    project.write("Pulumi.yaml", "name: amplify-job\nruntime: python\n")
    project.stack(f"amplify-job:size: 3\namplify-jobs:jobs: {JOBS}")
    assert list(project.read().jobs) == ["a"]
    project.stack(f"amplify-job:jobs: {JOBS}")
    assert "did you mean amplify-jobs:jobs?" in project.problems()[0]


def test_in_a_project_called_as_the_namespace_no_key_needs_it(project: Project) -> None:
    project.write("Pulumi.yaml", "name: amplify-jobs\nruntime: python\n")
    project.stack(f"jobs: {JOBS}\nmaxRetries: 3")
    config = project.read()
    assert (list(config.jobs), config.settings.max_retries) == (["a"], 3)
    project.stack("jbos: {}")
    assert project.problems() == (f"{STACK}:2: unknown key amplify-jobs:jbos: did you mean jobs?",)


def test_pulumis_older_way_to_write_a_key(project: Project) -> None:
    project.stack(f"amplify-jobs:config:jobs: {JOBS}\naws:config:region: eu-west-1")
    config = project.read()
    assert (list(config.jobs), config.settings.region) == (["a"], "eu-west-1")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"amplify-jobs:jobs: {JOBS}", "amplify-jobs:jobs is outside config"),
        (f"amplify_jobs:jobs: {JOBS}", "amplify_jobs:jobs is outside config"),
        (f"amplify-jobs:rules: {RULES}", "amplify-jobs:rules is outside config"),
        (f"jobs: {JOBS}", "jobs is outside config"),
        ("include: [jobs/*.yaml]", "include is outside config"),
        (f"amplify-jobs: {{jobs: {JOBS}}}", "amplify-jobs is outside config"),
        ("aws:region: eu-west-1", "aws:region is outside config"),
        ("Config: {}", "unknown key Config: did you mean config?"),
    ],
)
def test_outside_of_config(project: Project, line: str, said: str) -> None:
    project.write(STACK, f"config: {{amplify-jobs:jobs: {JOBS}}}\n{line}\n")
    [problem] = project.problems()
    assert problem.startswith(f"{STACK}:2: {said}")
    if "outside" in said:
        assert problem.endswith("below `config:`")


def test_all_that_stands_outside_is_told_together(project: Project) -> None:
    project.write(STACK, f"amplify-jobs:jobs: {JOBS}\namplify-jobs:rules: {RULES}\n")
    assert len(project.problems()) == 2


def test_anchors_and_keys_of_others_may_stand_outside(project: Project) -> None:
    project.write(
        STACK,
        f"x-job: &job {JOBS}\ndefaults: &d {{cpu: 1}}\nother:key: 1\n"
        "config: {amplify-jobs:jobs: *job}\n",
    )
    assert list(project.read().jobs) == ["a"]


def test_the_projects_own_file_is_checked_too(project: Project) -> None:
    project.write("Pulumi.yaml", f"name: p\nconfig:\n  amplify_jobs:jobs: {{value: {JOBS}}}\n")
    project.stack("")
    assert project.problems() == (
        "Pulumi.yaml:3: unknown key amplify_jobs:jobs: did you mean amplify-jobs:jobs?",
    )


def test_outside_of_config_in_the_projects_own_file(project: Project) -> None:
    project.write("Pulumi.yaml", f"name: p\nruntime: python\namplify-jobs:jobs: {JOBS}\n")
    project.stack("")
    assert project.problems() == (
        "Pulumi.yaml:3: amplify-jobs:jobs is outside config: write amplify-jobs:jobs below "
        "`config:`",
    )


def test_the_program_refuses_what_the_engine_hands_it(project: Project) -> None:
    project.write("Pulumi.yaml", "name: project\nruntime: python\n")
    project.stack(f"amplify-job:jobs: {JOBS}\njobs: {JOBS}")
    jobs = json.dumps({"a": {"jobId": "1"}})
    with pytest.raises(ConfigError) as caught:
        engine_config(
            {"amplify-job:jobs": jobs, "project:jobs": jobs}, (), project.directory, "dev"
        )
    assert caught.value.problems == (
        f"{STACK}:2: unknown key amplify-job:jobs: did you mean amplify-jobs:jobs?",
        f"{STACK}:3: unknown key jobs: did you mean amplify-jobs:jobs?",
    )
