"""A stack's file is read as the engine reads it: the same job, or a line that refuses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pulumi_amplify_jobs.config.engine_config import engine_config
from pulumi_amplify_jobs.config.project import find_project_of
from pulumi_amplify_jobs.config.stack_file import read_own_stack, read_stack
from pulumi_amplify_jobs.config.stack_selection import find_stack_file
from pulumi_amplify_jobs.errors import ConfigError

from .conftest import STACK, Project

JOB = "appId: d1, backendEnvironmentName: prod, status: FAILED"


@pytest.mark.parametrize(
    ("job", "read"),
    [
        ('jobId: "1", backendEnvironmentName: on', "d1/on/1"),
        ("jobId: 12:30:45", "d1/prod/12:30:45"),
        ("jobId: no", "d1/prod/no"),
        ("jobId: 2021-13-45", "d1/prod/2021-13-45"),
        ("jobId: !!str 0012", "d1/prod/0012"),
        ("jobId: !mine x", "d1/prod/x"),
        ("jobId: !!binary aGVsbG8=", "d1/prod/hello"),
    ],
)
def test_the_same_job_as_the_engines(project: Project, job: str, read: str) -> None:
    keys = JOB if "backend" not in job else JOB.replace("backendEnvironmentName: prod, ", "")
    project.stack(f"amplify-jobs:jobs: {{a: {{{keys}, {job}}}}}")
    assert str(project.read().jobs["a"].key) == read


@pytest.mark.parametrize(
    ("written", "name"),
    [("12", "12"), ("on", "on"), ("0012", "10"), ("true", "true"), ("1.0", "1")],
)
def test_a_jobs_name_is_what_the_engine_makes_of_it(
    project: Project, written: str, name: str
) -> None:
    project.stack(f'amplify-jobs:jobs: {{{written}: {{{JOB}, jobId: "1"}}}}')
    assert list(project.read().jobs) == [name]


@pytest.mark.parametrize(
    ("line", "setting", "value"),
    [
        ("amplify-jobs:profile: 123", "profile", "123"),
        ("amplify-jobs:profile: on", "profile", "on"),
        ("aws:profile: 0012", "profile", "10"),
        ("amplify-jobs:region:", "region", None),
        ('amplify-jobs:region: ""', "region", None),
        ("amplify-jobs:maxRetries: 0o7", "max_retries", 7),
        ("amplify-jobs:maxRetries: 1_0", "max_retries", 10),
    ],
)
def test_a_setting_is_text_whatever_is_written(
    project: Project, line: str, setting: str, value: object
) -> None:
    project.stack(line)
    assert getattr(project.read().settings, setting) == value


@pytest.mark.parametrize(
    "key", ["jobs", "rules", "defaults", "include", "assumeRoles", "maxRetries"]
)
def test_a_key_without_a_value_is_none_as_the_engine_hands_it_out(
    project: Project, key: str
) -> None:
    project.stack(f"amplify-jobs:{key}:")
    assert project.read().jobs == {}
    config = engine_config({f"amplify-jobs:{key}": ""}, (), project.directory, "dev")
    assert config.jobs == {}


def test_a_date_that_the_engine_read_is_refused(project: Project) -> None:
    text = "2021-10-20 00:00:00 +0000 UTC"
    project.stack(f"amplify-jobs:jobs: {{a: {{{JOB}, jobId: {text}}}}}")
    said = f"{STACK}:2: a: jobId is a date, as Pulumi reads it without quotes: quote it"
    assert project.problems() == (said,)
    project.stack(f"amplify-jobs:jobs: {{a: {{{JOB}, jobId: 2021-10-20}}}}")
    said = f'{STACK}:2: a: jobId 2021-10-20 is a date: quote it, "2021-10-20"'
    assert project.problems() == (said,)


def test_the_first_of_two_documents_counts_and_the_other_is_warned_of(project: Project) -> None:
    job = f'{JOB}, jobId: "1"'
    project.write(
        STACK,
        f"config: {{amplify-jobs:jobs: {{a: {{{job}}}}}}}\n---\n"
        "config: {amplify-jobs:jobs: {b: {}}}\n--- [\n",
    )
    config = project.read()
    assert list(config.jobs) == ["a"]
    assert config.warnings == (
        f"{STACK}:2: Pulumi reads the first document only: what follows --- is ignored",
    )


def test_an_included_file_has_one_document(project: Project) -> None:
    project.stack("amplify-jobs:include: [more.yaml]")
    project.write("more.yaml", "jobs: {}\n---\njobs: {}\n")
    assert project.problems() == (
        "more.yaml:2: a second document begins here: write all jobs below one `jobs:`",
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_byte_order_mark_says_the_encoding(project: Project, encoding: str) -> None:
    text = f"config: {{amplify-jobs:jobs: {{a: {{{JOB}, jobId: zażółć}}}}}}"
    mark = "\ufeff" if encoding.endswith("e") else ""
    (project.directory / STACK).write_bytes((mark + text).encode(encoding))
    assert project.read().jobs["a"].key.job_id == "zażółć"


def test_a_project_in_json(project: Project) -> None:
    (project.directory / "Pulumi.yaml").unlink()
    project.write("Pulumi.json", '{"name": "jobs", "runtime": "python"}')
    jobs = {"a": {"appId": "d1", "backendEnvironmentName": "\U0001f600/x", "jobId": 12}}
    config = {"config": {"amplify-jobs:maxRetries": 12, "amplify-jobs:jobs": jobs}}
    path = project.write("Pulumi.dev.json", json.dumps(config, indent="\t"))
    file = find_stack_file(project.directory, None, None)
    assert file.path == path
    with pytest.raises(ConfigError, match=r"Pulumi.dev.json:8: a: jobId 12 is a number: quote it"):
        read_stack(file)
    jobs["a"].update(jobId="1", status="FAILED")
    path.write_text(json.dumps(config))
    read = read_stack(file)
    key = read.jobs["a"].key
    assert (read.settings.max_retries, key.backend_environment_name) == (12, "\U0001f600/x")
    path.write_text("{")
    with pytest.raises(ConfigError, match=r"Pulumi.dev.json:1: is not valid JSON"):
        read_stack(file)


def test_the_older_key_for_a_folder_of_stacks(project: Project) -> None:
    project.write("Pulumi.yaml", "name: jobs\nruntime: python\nconfig: stacks\n")
    path = project.write("stacks/Pulumi.dev.yaml", "config: {}\n")
    assert find_stack_file(project.directory, "dev", None).path == path


def test_a_program_finds_its_own_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, text in {
        "outer": "name: outer\nmain: a/b\n",
        "outer/a": "name: other\n",
        "outer/a/b": "name: inner\nmain: ../../elsewhere\n",
        "side": "name: side\nmain: ../outer/a/b\n",
    }.items():
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "Pulumi.yaml").write_text(text)
    program = tmp_path / "outer" / "a" / "b"
    monkeypatch.chdir(program)
    monkeypatch.setenv("PWD", str(program))
    assert find_project_of("outer") == tmp_path / "outer"
    assert find_project_of("other") is None
    assert find_project_of("inner") is None
    assert find_project_of("side") is None
    (tmp_path / "link").symlink_to(tmp_path / "side")
    (program / "__main__.py").write_text("")
    (tmp_path / "outer" / "Pulumi.yaml").write_text("name: outer\nmain: a/b/__main__.py\n")
    assert find_project_of("outer") == tmp_path / "outer"


def test_what_can_not_be_read_is_left_to_the_engine(project: Project) -> None:
    project.write(STACK, "config: [")
    assert read_own_stack(project.directory, "dev") is None
    project.stack("amplify-jobs:include: [gone.yaml]")
    assert read_own_stack(project.directory, "dev") is None
    project.stack("amplify-jobs:include: [more.yaml]")
    project.write("more.yaml", "jobs: [")
    assert read_own_stack(project.directory, "dev") is None
