"""The offline check of many files: everything is told once, and what can't be known is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_amplify_jobs.config.check import Findings, check_files, check_project
from pulumi_amplify_jobs.errors import ConfigError

from .conftest import STACK, Project

DEFAULTS = "amplify-jobs:defaults: {appId: d1, backendEnvironmentName: prod}\n"
INCLUDE = DEFAULTS + "amplify-jobs:include: [jobs/*.yaml]\n"
GOOD = 'jobs:\n  {0}: {{jobId: "{0}", status: FAILED}}\n'
BAD = "jobs:\n  a: {jobId: 1, status: FAILED}\n"


def told(report: Findings, project: Project) -> list[str]:
    """Return each finding as `severity file:line job: message`."""
    return [
        f"{each.severity} {each.path.relative_to(project.directory.resolve()).as_posix()}"
        f":{each.line} {each.job}: {each.message}"
        for each in sorted(report.findings)
    ]


def stack(project: Project, name: str, config: str) -> Path:
    lines = "".join(f"  {line}\n" for line in config.splitlines())
    return project.write(f"Pulumi.{name}.yaml", "config:\n" + lines)


def test_problems_of_all_files_are_told_together(project: Project) -> None:
    stack(project, "dev", INCLUDE + "amplify-jobs:endpoint: nowhere\n")
    stack(project, "prod", INCLUDE)
    project.write("jobs/a.yaml", BAD)
    project.write("jobs/b.yaml", "jobs: [")
    project.write("jobs/c.yaml", GOOD.format("c"))
    report = check_project(project.directory)
    assert told(report, project) == [
        "error Pulumi.dev.yaml:4 : endpoint is not a URL: write http://HOST:PORT or https://HOST",
        'error jobs/a.yaml:2 a: jobId 1 is a number: quote it, "1"',
        "error jobs/b.yaml:2 : is not valid YAML: a [ or { is not closed, or a comma is missing",
    ]
    assert (len(report.jobs), sum(report.jobs.values())) == (5, 2)


def test_a_file_that_differs_by_stack_is_told_for_each(project: Project) -> None:
    stack(project, "dev", INCLUDE)
    stack(project, "prod", "amplify-jobs:include: [jobs/*.yaml]")
    project.write("jobs/a.yaml", GOOD.format("a"))
    assert told(check_project(project.directory), project) == [
        f"error jobs/a.yaml:2 a: {key} is missing: add it here or under amplify-jobs:defaults"
        for key in ("appId", "backendEnvironmentName")
    ]


def test_an_included_file_is_judged_through_its_stack(project: Project) -> None:
    stack(project, "dev", INCLUDE + 'amplify-jobs:jobs: {x: {jobId: "c", status: FAILED}}')
    stack(project, "other", DEFAULTS + "amplify-jobs:jobs: {x: {}}")
    path = project.write("jobs/c.yaml", GOOD.format("c"))
    assert told(check_files([path]), project) == [
        "error jobs/c.yaml:2 c: d1/prod/c is declared twice, also by x in Pulumi.dev.yaml:4"
    ]


def test_an_included_file_alone_is_judged_as_far_as_that_goes(project: Project) -> None:
    path = project.write(
        "more/c.yaml",
        """\
        jobs:
          a: {jobId: "1"}
          b: {jobId: "1", status: FAILD}
          c: {jobId: "2", stauts: FAILED, appId: d1, backendEnvironmentName: prod}
        """,
    )
    assert told(check_files([path]), project) == [
        "note more/c.yaml:0 : no stack includes this file: appId and backendEnvironmentName "
        "could not be checked",
        "warning more/c.yaml:3 b: status FAILD is not a known value: did you mean FAILED?",
        "error more/c.yaml:4 c: unknown key stauts: did you mean status?",
    ]


def test_so_is_one_whose_job_is_the_latest(project: Project) -> None:
    path = project.write("c.yaml", "jobs: {a: {jobId: {latest: {}}, appId: d1, status: FAILED}}\n")
    assert told(check_files([path]), project) == [
        "note c.yaml:0 : no stack includes this file: backendEnvironmentName could not be checked"
    ]


def test_an_included_file_that_says_all_needs_no_stack(project: Project) -> None:
    path = project.write(
        "c.yaml", "defaults: {appId: d1, backendEnvironmentName: x}\n" + GOOD.format("c")
    )
    report = check_files([path])
    assert (report.findings, list(report.jobs.values())) == (set(), [1])


def test_what_is_sealed_is_a_note_and_the_rest_is_checked(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:endpoint: {secure: a}
        amplify-jobs:defaults: {appId: {secure: a}}
        amplify-jobs:jobs:
          a: {jobId: {secure: x}, backendEnvironmentName: e, status: FAILED}
          b: {jobId: {secure: x}, backendEnvironmentName: e, status: {secure: x}}
          c: {jobId: "3", backendEnvironmentName: e, status: FAILED, when: {status: {secure: x}}}
          d: {secure: x}
          f: {jobId: "3", backendEnvironmentName: e, status: FAILED}
          g: {jobId: "4", status: FAILED}
        other:thing: {secure: a}
        """
    )
    lines = told(check_project(project.directory), project)
    assert [line for line in lines if not line.startswith("note")] == [
        f"error {STACK}:9 f: <appId>/e/3 is declared twice, also by c in {STACK}:7",
        f"error {STACK}:10 g: backendEnvironmentName is missing: add it here or under "
        "amplify-jobs:defaults",
    ]
    notes = [line.partition(" : ")[2] for line in lines if line.startswith("note")]
    assert notes == [
        f"amplify-jobs:{key} is encrypted, only the engine can open it: not checked"
        for key in (
            "endpoint",
            "defaults.appId",
            "jobs.a.jobId",
            "jobs.b.jobId",
            "jobs.b.status",
            "jobs.c.when.status",
            "jobs.d",
        )
    ]


@pytest.mark.parametrize(
    "config",
    [
        "amplify-jobs:jobs: [{secure: a}]",
        "amplify-jobs:jobs: {a: [{secure: a}]}",
        "amplify-jobs:jobs: {secure: a}",
        "amplify-jobs:defaults: [{secure: a}]",
        "amplify-jobs:defaults: {secure: a}",
        "amplify-jobs:include: [{secure: a}]",
        "amplify-jobs:assumeRoles: [{externalId: {secure: a}}]",
    ],
)
def test_sealed_in_any_shape_is_a_note_only(project: Project, config: str) -> None:
    stack(project, "dev", config)
    assert {each.severity for each in check_project(project.directory).findings} == {"note"}


def test_an_environment_may_set_what_is_missing(project: Project) -> None:
    project.write(
        STACK,
        'environment: [team]\nconfig:\n  amplify-jobs:jobs: {a: {jobId: "1"}, b: {jobId: 2}}\n',
    )
    assert told(check_project(project.directory), project) == [
        f"note {STACK}:1 : environment: only the engine can open it: not checked",
        f'error {STACK}:3 b: jobId 2 is a number: quote it, "2"',
    ]


def test_what_can_not_be_checked_is_told(project: Project) -> None:
    project.write("a.txt", "hello")
    project.write("Pulumi.b.yaml", "- a")
    given = [project.directory / name for name in ("gone.yaml", ".", "a.txt", "Pulumi.b.yaml")]
    (project.directory / "link.yaml").symlink_to("nowhere")
    report = check_files([*given, project.directory / "link.yaml"])
    assert sorted(each.message for each in report.findings) == [
        "is a directory: name the files in it",
        "is not a YAML file, and no stack includes it",
        "is not a mapping: write `config:` and keys below it",
        "there is no such file",
        "there is no such file",
    ]
    assert report.count("error") == 5


def test_the_projects_file_stands_for_its_stacks(project: Project) -> None:
    stack(project, "dev", INCLUDE)
    project.write("jobs/a.yaml", BAD)
    assert len(told(check_files([project.directory / "Pulumi.yaml"]), project)) == 1
    project.write("Pulumi.yaml", "a: [")
    lines = told(check_files([project.directory / "Pulumi.yaml"]), project)
    assert lines[0].startswith("error Pulumi.yaml:2 : is not valid YAML")


def test_stacks_in_a_folder_of_their_own(project: Project) -> None:
    project.write("Pulumi.yaml", "name: jobs\nruntime: python\nstackConfigDir: stacks\n")
    path = project.write("stacks/Pulumi.dev.yaml", "config:\n  amplify-jobs:jbos: {}\n")
    expected = [
        "error stacks/Pulumi.dev.yaml:2 : unknown key amplify-jobs:jbos: did you mean jobs?"
    ]
    assert told(check_project(project.directory), project) == expected
    assert told(check_files([path]), project) == expected


def test_a_large_stack_is_a_warning(project: Project) -> None:
    jobs = "".join(f'  j{n}: {{jobId: "{n:0200}", status: FAILED}}\n' for n in range(500))
    stack(project, "dev", DEFAULTS + "amplify-jobs:jobs:\n" + jobs)
    [line] = told(check_project(project.directory), project)
    assert line.startswith("warning Pulumi.dev.yaml:0 : ")
    assert "KiB of stack config: from 128 KiB on" in line


def test_a_project_without_stacks_is_an_error(project: Project) -> None:
    with pytest.raises(ConfigError, match=r"has no Pulumi\.<stack>\.yaml: name the files to check"):
        check_project(project.directory)


@pytest.mark.parametrize(
    "text",
    [
        "config: {{{0}: 1, {0}: 2}}",
        "config: {{amplify-jobs:jobs: {{{0}: {{jobId: 1}}}}}}",
        "config: {{amplify-jobs:{0}: 1}}",
        "{0}: [",
        "*{0}",
        "config: {{}}\namplify-jobs:jobs: {0}",
    ],
)
def test_no_finding_shows_a_credential(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "Cn4ry9f3KqZ7wXv2Lm8T"
    monkeypatch.setenv("AWS_SESSION_TOKEN", secret)
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    stack = tmp_path / "Pulumi.dev.yaml"
    stack.write_text(text.format(secret))
    found = check_files([stack]).findings
    assert found
    for each in found:
        assert secret not in f"{each.job} {each.message}"
