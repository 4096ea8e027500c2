"""Files named by `include`: which are read, in which order, and which are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import STACK, Project


def jobs(*names: str) -> str:
    """Return a file that declares jobs which take their app and environment from defaults."""
    return "jobs:\n" + "".join(f'  {n}: {{ jobId: "{n}", status: FAILED }}\n' for n in names)


def including(project: Project, *patterns: str) -> None:
    listed = ", ".join(f"'{pattern}'" for pattern in patterns)
    project.stack(
        "amplify-jobs:defaults: { appId: d1, backendEnvironmentName: prod }\n"
        f"amplify-jobs:include: [{listed}]\n"
        'amplify-jobs:jobs: { hand: { jobId: "hand", status: FAILED } }'
    )


def test_jobs_come_by_hand_then_by_pattern_then_by_file_name(project: Project) -> None:
    for name in ("b", "a", "z", "sub/c"):
        project.write(f"jobs/{name}.yaml", jobs(name.replace("/", "-")))
    including(project, "jobs/z.yaml", "jobs/*.yaml", "jobs/**/*.yaml")
    assert list(project.read().jobs) == ["hand", "z", "a", "b", "sub-c"]


def test_a_file_named_in_two_ways_is_read_once(project: Project) -> None:
    project.write("jobs/a.yaml", jobs("a"))
    (project.directory / "jobs/link.yaml").symlink_to("a.yaml")
    including(project, "jobs/a.yaml", "./jobs/a.yaml", "jobs/?.yaml", "jobs/*.yaml")
    assert list(project.read().jobs) == ["hand", "a"]


def test_patterns_are_relative_to_the_project_not_to_where_one_stands(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("jobs/a.yaml", jobs("a"))
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs/b.yaml").write_text(jobs("b"))
    monkeypatch.chdir(tmp_path)
    including(project, "jobs/*.yaml")
    assert list(project.read().jobs) == ["hand", "a"]


def test_a_files_own_defaults_lie_over_the_stacks_and_stay_in_the_file(project: Project) -> None:
    project.write("a.yaml", "defaults: { backendEnvironmentName: dev }\n" + jobs("a"))
    project.write("b.yaml", jobs("b"))
    including(project, "a.yaml", "b.yaml")
    found = project.read().jobs
    assert {name: str(job.key) for name, job in found.items()} == {
        "hand": "d1/prod/hand",
        "a": "d1/dev/a",
        "b": "d1/prod/b",
    }


def test_mistakes_in_a_file_have_its_name_and_lines(project: Project) -> None:
    project.write("jobs/a.yaml", "defaults:\n  wait: 5m\n" + jobs("a") + "  b: { jobId: 007 }\n")
    including(project, "jobs/a.yaml")
    assert project.problems() == (
        "jobs/a.yaml:2: defaults: wait 5m is not a mapping: write wait: { timeout: 30m }",
        'jobs/a.yaml:5: b: jobId 007 is a number: quote it, "007"',
    )


@pytest.mark.parametrize(
    ("pattern", "said"),
    {
        "../x.yaml": "include ../x.yaml leads outside the project: move the file into it",
        "jobs/../../x.yaml": "include jobs/../../x.yaml leads outside the project: move the file "
        "into it",
        "/etc/passwd": "include /etc/passwd leads outside the project: move the file into it",
        "C:/x.yaml": "include C:/x.yaml leads outside the project: move the file into it",
        "": "include is not a file name: write text such as jobs/*.yaml",
        ".": "include . is not a file name: write text such as jobs/*.yaml",
        "./": "include ./ is not a file name: write text such as jobs/*.yaml",
        "a**": "include a** is not a file name: write text such as jobs/*.yaml",
        "jobs/**": "include jobs/** is not a file name: write text such as jobs/*.yaml",
        "x" * 300: f"include {'x' * 79}… is not a file name: write text such as jobs/*.yaml",
        "gone.yaml": "include gone.yaml: there is no such file in project/",
        "jobs": "include jobs: there is no such file in project/",
        "out.yaml": "include out.yaml leads outside the project through the link out.yaml: move "
        "the file into it",
        "out/*.yaml": "include out/*.yaml leads outside the project through the link out/x.yaml: "
        "move the file into it",
    }.items(),
)
def test_a_pattern_that_is_refused(
    project: Project, tmp_path: Path, pattern: str, said: str
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/x.yaml").write_text(jobs("x"))
    (project.directory / "jobs").mkdir()
    (project.directory / "out").symlink_to(tmp_path / "outside")
    (project.directory / "out.yaml").symlink_to(tmp_path / "outside/x.yaml")
    including(project, pattern)
    assert project.problems() == (f"{STACK}:3: {said}",)


@pytest.mark.parametrize("written", ["12", "null", "{a: b}", r'"a\0b"'])
def test_a_pattern_that_is_no_text(project: Project, written: str) -> None:
    project.stack(f"amplify-jobs:include:\n  - {written}")
    [problem] = project.problems()
    assert problem.startswith(f"{STACK}:3: include ")
    assert problem.endswith(" is not a file name: write text such as jobs/*.yaml")


def test_links_in_circles_match_nothing(project: Project) -> None:
    (project.directory / "a.yaml").symlink_to("b.yaml")
    (project.directory / "b.yaml").symlink_to("a.yaml")
    including(project, "?.yaml")
    assert project.read().warnings == (f"{STACK}:3: include ?.yaml matches no file",)


def test_an_empty_file_is_a_warning(project: Project) -> None:
    project.write("a.yaml", "# nothing yet\n")
    including(project, "a.yaml")
    assert project.read().warnings == ("a.yaml: the file is empty",)


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "a: {jobId: '1'}": ":1: jobs belong under the key jobs: add `jobs:` at the top and indent "
        "the rest",
        "config: {amplify-jobs:jobs: {}}": ":1: jobs belong under the key jobs: add `jobs:` at "
        "the top and indent the rest",
        "[a]": ': ["a"] is not a mapping: write its keys below it, or { key: value }',
        "jobs:": ":1: jobs is not a mapping: write a name for each job and its keys below it",
        "jobs: [a]": ':1: jobs ["a"] is not a mapping: write a name for each job and its keys '
        "below "
        "it",
        "defaults: {}": ": jobs is missing",
        "jobs: {}\ndefault: {}": ":2: unknown key default: did you mean defaults?",
        "jobs: {a: 1, a: 2}": ":1: key a is a duplicate, first set on line 1",
        "jobs:\n\ta: 1": ":2: is not valid YAML: a tab indents this line: use spaces",
        "[" * 100_000: ":1: is nested deeper than 50 levels",
    }.items(),
    ids=lambda text: text[:30],
)
def test_a_file_that_is_wrong_as_a_whole(project: Project, text: str, said: str) -> None:
    (project.directory / "a.yaml").write_text(text)
    including(project, "a.yaml")
    assert project.problems() == (f"a.yaml{said}",)
