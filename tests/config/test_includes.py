"""Files named by `include`: which are read, in which order, and which are refused."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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


LOOP = "Too many levels of symbolic links"
NOWHERE = "No such file or directory"


@pytest.mark.parametrize(
    ("link", "target", "pattern", "why"),
    [
        ("jobs/b.yaml", "b.yaml", "jobs/*.yaml", LOOP),
        ("jobs/b.yaml", "../shared/b.yaml", "jobs/*.yaml", NOWHERE),
        ("jobs/b.yaml", "../shared/b.yaml", "**/?.yaml", NOWHERE),
        ("jobs/b.yaml", "../shared/b.yaml", "jobs/b.yaml", NOWHERE),
        ("jobs2", "shared", "jobs*/*.yaml", NOWHERE),
        ("jobs2", "jobs2", "*/a.yaml", LOOP),
    ],
)
def test_a_link_that_leads_nowhere_is_not_passed_over(
    project: Project, link: str, target: str, pattern: str, why: str
) -> None:
    project.write("jobs/a.yaml", jobs("a"))
    (project.directory / link).symlink_to(target)
    including(project, pattern)
    said = f"{link} is a link to {target}: {why}: mend or remove it"
    assert project.problems() == (f"{STACK}:3: include {pattern}: {said}",)


def test_every_such_link_is_told_and_none_that_the_pattern_leaves_out(project: Project) -> None:
    for name in ("b.yaml", "c.yaml", "d.json", ".#a.yaml"):
        (project.directory / name).symlink_to("gone")
    including(project, "?.yaml", ".*")
    assert len(project.problems()) == 2


def test_the_lock_of_an_editor_is_no_file(project: Project) -> None:
    project.write("jobs/a.yaml", jobs("a"))
    (project.directory / "jobs/.#a.yaml").symlink_to("somebody@host.123:1")
    including(project, "jobs/*.yaml")
    assert list(project.read().jobs) == ["hand", "a"]


def test_links_to_folders_are_not_followed_by_two_stars(project: Project) -> None:
    project.write("jobs/a.yaml", jobs("a"))
    (project.directory / "jobs/again").symlink_to(".")
    including(project, "jobs/**/**/*.yaml", "**/a.yaml")
    assert list(project.read().jobs) == ["hand", "a"]


AS_ANOTHER_USER = """
import contextlib, io, os
from pulumi_amplify_jobs.cli.entry_point import cli
if os.geteuid() == 0:
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        cli(["validate"])  # all modules are loaded by one who may
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
cli(["validate"])
"""


@pytest.mark.parametrize("mode", [0o000, 0o444])
@pytest.mark.parametrize("pattern", ["jobs*/*.yaml", "jobs2/b.yaml", "**/b.yaml"])
def test_a_folder_that_may_not_be_read_is_not_passed_over(
    project: Project, pattern: str, mode: int
) -> None:
    project.write("jobs/a.yaml", jobs("a"))
    project.write("jobs2/b.yaml", jobs("b"))
    including(project, pattern)
    folder = project.directory / "jobs2"
    with readable_by_all(project.directory):
        folder.chmod(mode)
        done = subprocess.run(
            [sys.executable, "-c", AS_ANOTHER_USER],
            cwd=project.directory,
            env={**os.environ, "PWD": str(project.directory)},
            capture_output=True,
            text=True,
            check=False,
        )
        folder.chmod(0o755)
    told = "jobs2/b.yaml" if mode or pattern == "jobs2/b.yaml" else "jobs2"
    why = "can't be read: Permission denied: allow this user to read it"
    assert f"error: {STACK}:3: include {pattern}: {told} {why}" in done.stdout, done
    assert done.returncode == 1


@contextmanager
def readable_by_all(path: Path) -> Iterator[None]:
    """Have another user reach a path: pytest's own folders are its user's only."""
    closed = [each for each in path.parents if not each.stat().st_mode & 0o001]
    modes = {each: each.stat().st_mode for each in closed}
    for each, mode in modes.items():
        each.chmod(mode | 0o055)
    try:
        yield
    finally:
        for each, mode in modes.items():
            each.chmod(mode)


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


@pytest.mark.parametrize(
    ("pattern", "files"),
    [("*.yaml", ["Pulumi.dev.yaml", "Pulumi.yaml"]), ("Pulumi.dev.yaml", ["Pulumi.dev.yaml"])],
)
def test_pulumi_s_own_files_are_none_of_jobs(
    project: Project, pattern: str, files: list[str]
) -> None:
    including(project, pattern)
    said = "this is Pulumi's own file: narrow what includes it, as in jobs/*.yaml"
    assert project.problems() == tuple(f"{each}:1: {said}" for each in files)


def test_a_duplicate_in_an_included_json_file(project: Project) -> None:
    """A reviewer reads the first of them, and the other one would be declared."""
    job = '"a": {"jobId": "1", "status": "FAILED"}'
    project.write("jobs/a.json", f'{{"jobs": {{\n{job},\n{job.replace("1", "2")}\n}}}}')
    including(project, "jobs/*.json")
    assert project.problems() == ("jobs/a.json:3: key a is a duplicate, first set on line 2",)


def test_a_pattern_without_files_is_a_warning_where_it_stands(project: Project) -> None:
    project.stack("aws:region: eu-west-1\namplify-jobs:include:\n  - jobs/*.yaml\n")
    first, _ = project.read().warnings
    assert first == "Pulumi.dev.yaml:4: include jobs/*.yaml matches no file"
