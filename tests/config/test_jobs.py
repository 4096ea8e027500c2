"""Jobs by hand, by defaults and by include: what is declared in the end, and what is twice."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.domain.jobs import DesiredJob, Latest, LatestJob, Wait, When
from pulumi_amplify_jobs.domain.keys import JobKey

from .conftest import STACK, Project

KEY = 'appId: d1, backendEnvironmentName: prod, jobId: "1"'


def test_every_key_of_a_job(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:jobs:
          a:
            appId: d1
            backendEnvironmentName: prod
            jobId: "0012"
            operation: UpdateBackendAPI
            status: FAILED
            when: { operation: CreateBackend, status: RUNNING }
            ifMissing: ignore
            wait: { timeout: 1h30m }
        """
    )
    config = project.read()
    assert config.jobs == {
        "a": DesiredJob(
            JobKey("d1", "prod", "0012"),
            "UpdateBackendAPI",
            "FAILED",
            When("CreateBackend", "RUNNING"),
            "ignore",
            Wait("1h30m"),
            "a",
        )
    }
    assert not any([config.warnings, *(each.secret for each in config.declared.values())])


def test_no_config_at_all_declares_nothing(project: Project) -> None:
    project.write(STACK, "")
    assert project.read().jobs == {}


def test_defaults_are_merged_shallowly_and_null_takes_one_away(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:defaults:
          appId: d1
          backendEnvironmentName: prod
          status: FAILED
          ifMissing: ignore
          when: { operation: CreateBackend, status: RUNNING }
        amplify-jobs:jobs:
          plain: { jobId: "1" }
          own: { jobId: "2", appId: d2, when: { status: COMPLETED } }
          bare: { jobId: "3", when: null, ifMissing: ~, status: null, operation: CloneBackend }
        """
    )
    key = JobKey("d1", "prod", "1")
    assert list(project.read().jobs.values()) == [
        DesiredJob(key, None, "FAILED", When("CreateBackend", "RUNNING"), "ignore", name="plain"),
        DesiredJob(
            JobKey("d2", "prod", "2"), None, "FAILED", When(None, "COMPLETED"), "ignore", name="own"
        ),
        DesiredJob(JobKey("d1", "prod", "3"), "CloneBackend", name="bare"),
    ]


def test_a_missing_key_part_says_where_it_can_go(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:defaults: { appId: d1 }
        amplify-jobs:jobs:
          a: { status: FAILED, appId: null }
        """
    )
    assert project.problems() == (
        f"{STACK}:4: a: appId is missing: add it here or under amplify-jobs:defaults",
        f"{STACK}:4: a: backendEnvironmentName is missing: add it here or under "
        "amplify-jobs:defaults",
        f"{STACK}:4: a: jobId is missing",
    )


def test_a_wrong_default_is_told_once_and_the_others_still_count(project: Project) -> None:
    jobs = "".join(f'  j{n}: {{ jobId: "{n % 3}" }}\n' for n in range(4))
    project.stack(
        "amplify-jobs:defaults: {appID: d1, backendEnvironmentName: prod, status: 5}\n"
        f"amplify-jobs:jobs:\n{jobs}"
        '  own: { appId: d1, jobId: "9", status: FAILED }\n'
        '  again: { appId: d1, jobId: "9", status: FAILED }\n'
    )
    assert project.problems() == (
        f"{STACK}:2: defaults: unknown key appID: did you mean appId?",
        f'{STACK}:2: defaults: status 5 is a number: quote it, "5"',
        f"{STACK}:9: again: d1/prod/9 is declared twice, also by own in {STACK}:8",
    )


def test_behind_a_broken_default_what_else_is_wrong_with_a_job_is_told(project: Project) -> None:
    project.stack(
        "amplify-jobs:defaults: { appId: 5, backendEnvironmentName: prod }\n"
        'amplify-jobs:jobs: { a: { jobId: "1", status: 5, ifMissing: no } }'
    )
    assert project.problems() == (
        f'{STACK}:2: defaults: appId 5 is a number: quote it, "5"',
        f'{STACK}:3: a: status 5 is a number: quote it, "5"',
        f"{STACK}:3: a: ifMissing no is unknown: write error or ignore",
    )


def test_defaults_that_are_no_mapping_are_told_once(project: Project) -> None:
    project.stack('amplify-jobs:defaults: [x]\namplify-jobs:jobs: {a: {jobId: "1"}}')
    assert project.problems() == (
        f'{STACK}:2: defaults: ["x"] is not a mapping: write its keys below it, or '
        f"{{ key: value }}",
    )


def test_a_default_that_each_job_replaces_is_still_checked(project: Project) -> None:
    project.stack(
        f"""
        amplify-jobs:defaults: {{ ifMissing: no }}
        amplify-jobs:jobs:
          a: {{ {KEY}, status: FAILED, ifMissing: error }}
        """
    )
    assert project.problems() == (
        f"{STACK}:2: defaults: ifMissing no is unknown: write error or ignore",
    )


INCLUDED = f"jobs:\n  b: {{ {KEY}, status: FAILED }}\n"


@pytest.mark.parametrize(
    ("files", "said"),
    {
        "by hand": (
            {STACK: f"config:\n  amplify-jobs:jobs:\n    b: {{ {KEY}, status: FAILED }}\n"},
            f"{STACK}:4: b: d1/prod/1 is declared twice, also by a in {STACK}:3",
        ),
        "by hand and by include": (
            {"jobs/b.yaml": INCLUDED},
            f"jobs/b.yaml:2: b: d1/prod/1 is declared twice, also by a in {STACK}:3",
        ),
        "by include": (
            {"jobs/b.yaml": INCLUDED, "jobs/c.yaml": INCLUDED.replace("b:", "c:"), STACK: ""},
            "jobs/c.yaml:2: c: d1/prod/1 is declared twice, also by b in jobs/b.yaml:2",
        ),
    }.values(),
    ids=["by hand", "by hand and by include", "by include"],
)
def test_a_job_declared_twice_names_both_places(
    project: Project, files: dict[str, str], said: str
) -> None:
    by_hand = f"    a: {{ {KEY}, status: FAILED }}\n"
    more = files.get(STACK)
    second = (more or "").partition("amplify-jobs:jobs:\n")[2]
    jobs = "" if more == "" else f"  amplify-jobs:jobs:\n{by_hand}{second}"
    stack = f"config:\n{jobs}  amplify-jobs:include: ['jobs/*.yaml']\n"
    for name, text in {**files, STACK: stack}.items():
        project.write(name, text)
    assert project.problems() == (said,)


def test_keys_that_only_look_alike_are_two_jobs(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:jobs:
          a: { appId: d1, backendEnvironmentName: a/b, jobId: c, status: FAILED }
          b: { appId: d1, backendEnvironmentName: a, jobId: b/c, status: FAILED }
        """
    )
    assert len(project.read().jobs) == 2


def test_a_name_taken_in_another_file_names_both_places(project: Project) -> None:
    project.stack(
        f"""
        amplify-jobs:include: [more.yaml]
        amplify-jobs:jobs:
          a: {{ {KEY}, status: FAILED }}
        """
    )
    project.write("more.yaml", f"jobs:\n  a: {{ {KEY}, status: FAILED }}\n")
    assert project.problems() == (f"more.yaml:2: a: the name is declared twice, also in {STACK}:4",)


def test_a_name_twice_in_one_file_is_a_duplicate_key(project: Project) -> None:
    project.stack("amplify-jobs:jobs:\n  a: {}\n  a: {}")
    assert project.problems() == (f"{STACK}:4: key a is a duplicate, first set on line 3",)


def test_merge_keys_are_legitimate_and_own_keys_win(project: Project) -> None:
    project.stack(
        """
        base: &base { appId: d1, backendEnvironmentName: prod, status: FAILED, jobId: 7 }
        more: &more { status: COMPLETED, ifMissing: ignore }
        amplify-jobs:jobs:
          a: { <<: *base, jobId: "1" }
          b: { jobId: "2", <<: [*more, *base] }
        """
    )
    assert list(project.read().jobs.values()) == [
        DesiredJob(JobKey("d1", "prod", "1"), None, "FAILED", name="a"),
        DesiredJob(JobKey("d1", "prod", "2"), None, "COMPLETED", if_missing="ignore", name="b"),
    ]


def test_a_mistake_beside_a_merge_key_has_its_own_line_and_spelling(project: Project) -> None:
    project.stack(
        """
        base: &base
          appId: d1
          backendEnvironmentName: prod
          status: 0x2
        amplify-jobs:jobs:
          a:
            jobId: "1"
            status: 0x1
            <<: *base
        """
    )
    assert project.problems() == (f'{STACK}:9: a: status 0x1 is a number: quote it, "0x1"',)


def test_a_job_whose_id_is_to_be_found(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:targets: { shop: {} }
        amplify-jobs:defaults: { appId: d1, backendEnvironmentName: prod, target: shop }
        amplify-jobs:jobs:
          newest:
            jobId: { latest: { operation: UpdateBackendAPI, status: RUNNING }, follow: true }
            status: FAILED
          named: { jobId: "1", operation: UpdateBackendAPI, status: FAILED, wait: { timeout: 1h } }
        """
    )
    config = project.read()
    newest, named = config.declared.values()
    job = newest.job
    assert isinstance(job, LatestJob)
    assert (job.latest, job.follow) == (Latest("UpdateBackendAPI", "RUNNING"), True)
    assert (job.declared.name, job.declared.status) == ("newest", "FAILED")
    assert (newest.target, named.target, newest.secret) == ("shop", "shop", frozenset())
    key = {"app_id": "d1", "backend_environment_name": "prod", "target": "shop", "status": "FAILED"}
    latest = {"operation": "UpdateBackendAPI", "status": "RUNNING"}
    assert newest.arguments == {**key, "job_id": {"latest": latest, "follow": True}}
    wanted = {**key, "job_id": "1", "operation": "UpdateBackendAPI", "wait": {"timeout": "1h"}}
    assert named.arguments == wanted
    assert list(config.latest) == ["newest"]


@pytest.mark.parametrize("key", ["status", "operation"])
def test_a_wrong_default_of_what_every_job_needs_is_told_once(project: Project, key: str) -> None:
    project.stack(
        f"""
        amplify-jobs:defaults: {{ appId: d1, backendEnvironmentName: prod, {key}: 3 }}
        amplify-jobs:jobs: {{ a: {{ jobId: "1" }}, b: {{ jobId: "2" }} }}
        """
    )
    assert project.problems() == (
        f'Pulumi.dev.yaml:2: defaults: {key} 3 is a number: quote it, "3"',
    )
