"""`validate`: its three formats, exit codes, and the paths that it shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator

from .conftest import Project
from .test_rules import RULE

ODD = "a,b:c%d"


@pytest.fixture
def wrong(project: Project) -> Project:
    """A stack with an error, a warning and a note, in this order."""
    project.declare({ODD: {"jobId": 1, "status": "FAILED"}, "b": {"jobId": "2", "status": "DONE"}})
    text = project.stack_file.read_text().replace('"eu-west-1"', '{"secure": "x"}')
    project.stack_file.write_text(text)
    return project


def test_nothing_wrong(project: Project, emulator: Emulator) -> None:
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})
    result = project.run("validate")
    assert (result.returncode, result.stdout, result.stderr) == (
        0,
        "1 file, 1 job: no problems.\n",
        "",
    )
    assert emulator.requests() == []


def test_text(wrong: Project) -> None:
    result = wrong.run("validate")
    note, error, warning, last = result.stdout.splitlines()
    assert result.returncode == 1
    assert note.startswith("note: Pulumi.dev.yaml:3: aws:region is encrypted")
    assert error.startswith("error: Pulumi.dev.yaml:")
    assert error.endswith('jobId 1 is a number: quote it, "1"')
    assert "warning: Pulumi.dev.yaml:16: b: status DONE is not a known" in warning
    assert last == "1 file, 2 jobs: 1 error, 1 warning, 1 note."


def test_warnings_alone_fail_only_where_asked(project: Project) -> None:
    project.declare({"b": {"jobId": "2", "status": "DONE"}})
    assert project.invoke("validate").exit_code == 0
    assert project.invoke("validate", "--strict").exit_code == 1


def test_notes_never_fail(project: Project) -> None:
    project.stack_file.write_text("environment: [x]\nconfig: {}\n")
    result = project.invoke("validate", "--strict")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (
        0,
        "1 file, 0 jobs: no problems, 1 note.",
    )


def test_json(wrong: Project) -> None:
    result = wrong.run("validate", "--format", "json")
    document = json.loads(result.stdout)
    problems = document.pop("problems")
    assert document == {"version": 2, "files": 1, "jobs": 2, "rules": 0}
    assert [each["severity"] for each in problems] == ["note", "error", "warning"]
    assert problems[2].keys() == {"severity", "file", "line", "column", "job", "message"}
    assert (problems[2]["file"], problems[2]["line"], problems[2]["job"]) == (
        "Pulumi.dev.yaml",
        16,
        "b",
    )
    assert problems[0]["job"] is None


def test_github_annotations(wrong: Project) -> None:
    lines = wrong.run("validate", "--format", "github").stdout.splitlines()
    assert lines[0].startswith(
        "::notice file=Pulumi.dev.yaml,line=3,col=3,title=amplify-jobs::aws:region"
    )
    assert lines[1].startswith("::error file=Pulumi.dev.yaml,line=")
    assert lines[1].endswith(
        'title=amplify-jobs%3A a%2Cb%3Ac%25d::jobId 1 is a number: quote it, "1"'
    )
    assert lines[2].startswith(
        "::warning file=Pulumi.dev.yaml,line=16,col=5,title=amplify-jobs%3A b::"
    )
    assert lines[3] == "1 file, 2 jobs: 1 error, 1 warning, 1 note."


def test_github_messages_are_escaped(project: Project) -> None:
    project.declare({"b": {"jobId": "2", "status": "100%"}})
    [line, _] = project.invoke("validate", "--format", "github").stdout.splitlines()
    assert "::status 100%25 is not a known" in line


def test_paths_are_relative_to_where_it_is_run(
    wrong: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = wrong.path / "sub"
    folder.mkdir()
    monkeypatch.chdir(folder)
    nested = Project(folder, wrong.url)
    assert "error: ../Pulumi.dev.yaml:" in nested.run("validate").stdout
    monkeypatch.setenv("GITHUB_WORKSPACE", str(wrong.path.parent))
    given = nested.run("validate", "--format", "github").stdout
    assert f"::error file={wrong.path.name}/Pulumi.dev.yaml,line=" in given


def test_files_as_a_commit_hook_names_them(project: Project) -> None:
    project.declare({"a": {"jobId": "1", "status": "FAILED"}})
    (project.path / "README.md").write_text("hello")
    result = project.run(
        "validate", "Pulumi.dev.yaml", "gone.yaml", "README.md", "./Pulumi.dev.yaml"
    )
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        "error: README.md: is not a YAML file, and no stack includes it",
        "error: gone.yaml: there is no such file",
        "3 files, 1 job: 2 errors.",
    ]


def test_outside_of_a_project_it_says_what_to_do(tmp_path: Path, project: Project) -> None:
    (project.path / "Pulumi.yaml").unlink()
    result = project.run("validate")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"error: {project.path}: no Pulumi.yaml here or above: change to the project's directory\n"
    )


@pytest.mark.parametrize("text", ["", "config:\n", "config: {other:key: 1}\n"])
def test_a_stack_that_declares_nothing_is_an_error_unless_that_is_meant(
    project: Project, text: str
) -> None:
    project.stack_file.write_text(text)
    result = project.invoke("validate")
    assert (result.exit_code, result.stdout.splitlines()) == (
        1,
        [
            "error: Pulumi.dev.yaml: no job is declared: add amplify-jobs:jobs, "
            "amplify-jobs:include or amplify-jobs:rules; if that is intended, use --allow-empty",
            "1 file, 0 jobs: 1 error.",
        ],
    )
    assert project.invoke("validate", "--allow-empty", "--strict").exit_code == 0


def test_a_pattern_without_files_declares_nothing_either(project: Project) -> None:
    project.stack_file.write_text("config: {amplify-jobs:include: [jobs/*.yaml]}\n")
    assert project.invoke("validate").exit_code == 1
    assert project.invoke("validate", "--allow-empty").exit_code == 0


def test_rules_are_counted(project: Project) -> None:
    project.declare({}, rules={"stuck": RULE})
    assert project.invoke("validate").stdout == "1 file, 1 rule: no problems.\n"
    document = json.loads(project.invoke("validate", "--format", "json").stdout)
    assert (document["jobs"], document["rules"]) == (0, 1)


TARGETS = {
    "shop-eu": {"region": "eu-west-2", "tags": {"team": "web"}},
    "shop-us": {"region": "us-east-1", "tags": {"team": "web"}},
    "pay-eu": {"region": "eu-west-3"},
}


class TestOfTargets:
    """`--target` and `--target-tag`: what concerns these targets, or none."""

    @pytest.fixture
    def fleet(self, project: Project) -> Project:
        """A stack with a problem in each target, at the top, in a target itself and in a file."""
        wrong = {"jobId": 1, "status": "FAILED"}
        (project.path / "more.yaml").write_text(
            "targets: { late: { region: eu-north-1, tags: { team: web } } }\n"
            "jobs: { of-late: { target: late, jobId: 5, status: FAILED } }\n"
        )
        (project.path / "broken.yaml").write_text("jobs: [\n")
        project.declare(
            {
                "of-eu": {**wrong, "target": "shop-eu"},
                "of-us": {**wrong, "target": "shop-us"},
                "of-pay": {**wrong, "target": "pay-eu"},
                "of-nobody": {"jobId": "7", "status": "FAILED", "target": "shop-uk"},
                "at-the-top": wrong,
            },
            targets={**TARGETS, "odd": {"regio": "eu-west-1"}},
            rules={
                "web": {**RULE, "targets": {"tags": {"team": "web"}}, "limit": "x"},
                "pay": {**RULE, "targets": ["pay-*"], "limit": "x"},
                "top": {**RULE, "limit": "x"},
            },
            include=["*ore.yaml", "broken.yaml"],
        )
        return project

    def told(self, project: Project, *options: str) -> set[str | None]:
        """Return whose errors are reported."""
        result = project.invoke("validate", "--format", "json", *options)
        assert result.exit_code == 1, result.output
        return {each["job"] for each in json.loads(result.stdout)["problems"]}

    def test_without_options_everything_is_told(self, fleet: Project) -> None:
        jobs = {"of-eu", "of-us", "of-pay", "of-nobody", "of-late", "at-the-top"}
        assert self.told(fleet) == {*jobs, "odd", "web", "pay", "top", None}

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            (["--target", "shop-us"], {"of-us", "web"}),
            (["--target", "shop-*", "--target", "pay-eu"], {"of-eu", "of-us", "of-pay"}),
            (["--target-tag", "team=web"], {"of-eu", "of-us", "of-late", "web"}),
            (["--target", "*-eu", "--target-tag", "team=web"], {"of-eu", "web"}),
        ],
    )
    def test_what_concerns_these_targets_or_none_is_told(
        self, fleet: Project, options: list[str], expected: set[str]
    ) -> None:
        rules = {"web", "pay"} if "pay-eu" in options else set()
        # What is declared for a target that is unknown may be meant for one of these.
        assert self.told(fleet, *options) == {*expected, *rules, "of-nobody", "odd", None}

    def test_the_counts_are_those_of_what_is_chosen(self, project: Project) -> None:
        jobs = {str(n): {"jobId": str(n), "status": "FAILED"} for n in range(5)}
        placed = {n: {**each, "target": "shop-eu"} for n, each in jobs.items() if n != "0"}
        placed["4"]["target"] = "shop-us"
        project.declare(
            {**jobs, **placed},
            targets=TARGETS,
            rules={"web": {**RULE, "targets": ["shop-*"]}, "top": RULE},
        )
        for options, line in (
            ([], "1 file, 5 jobs, 3 rules: no problems.\n"),
            (["--target", "shop-eu"], "1 file, 3 jobs, 1 rule: no problems.\n"),
            (["--target-tag", "team=web"], "1 file, 4 jobs, 2 rules: no problems.\n"),
            (["--target", "pay-eu"], "1 file, 0 jobs: no problems.\n"),
        ):
            result = project.invoke("validate", *options)
            assert (result.exit_code, result.output) == (0, line)

    @pytest.mark.parametrize(
        ("options", "line"),
        [
            (
                ["--target", "shopeu"],
                "--target shopeu matches no target: did you mean shop-eu?",
            ),
            (["--target-tag", "team=x"], "--target-tag team=x matches no target: correct the tag"),
            (
                ["--target", "pay-eu", "--target-tag", "team=web"],
                "no target fits --target and all of --target-tag: correct them",
            ),
        ],
    )
    def test_an_unknown_target_is_an_error(
        self, project: Project, options: list[str], line: str
    ) -> None:
        project.declare({}, targets=TARGETS)
        result = project.invoke("validate", "--allow-empty", *options)
        assert (result.exit_code, result.output) == (1, f"error: {line}\n")

    def test_a_target_is_known_if_any_of_the_stacks_has_it(self, project: Project) -> None:
        project.declare({"a": {"jobId": "1", "status": "FAILED"}})
        other = project.path / "Pulumi.fleet.yaml"
        other.write_text(project.stack_file.read_text())
        project.declare(
            {"b": {"jobId": "1", "status": "FAILED", "target": "pay-eu"}}, targets=TARGETS
        )
        result = project.invoke("validate", "--target", "pay-eu")
        assert (result.exit_code, result.output) == (0, "2 files, 1 job: no problems.\n")
