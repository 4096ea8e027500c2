"""Which files are the stack's, what the project adds, and what only the engine can open."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_amplify_jobs.config.check import check_project
from pulumi_amplify_jobs.config.project import find_project
from pulumi_amplify_jobs.config.stack_file import SealedConfigError, read_own_stack, read_stack
from pulumi_amplify_jobs.config.stack_selection import find_stack_file
from pulumi_amplify_jobs.errors import ConfigError
from pulumi_amplify_jobs.settings import AssumeRole, Settings

from .conftest import STACK, Project

KEY = 'appId: d1, backendEnvironmentName: prod, jobId: "1"'
JOBS = f"amplify-jobs:jobs:\n  a: {{ {KEY}, status: FAILED }}\n"


def problems_of_finding(start: Path, stack: str | None, file: Path | None) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        find_stack_file(start, stack, file)
    return caught.value.problems


def test_the_only_stack_is_taken_from_below_the_project(project: Project) -> None:
    project.stack("")
    below = project.directory / "a/b"
    below.mkdir(parents=True)
    found = find_stack_file(below, None, None)
    assert (found.project, found.path) == (project.directory, project.directory / STACK)


@pytest.mark.parametrize(
    ("stack", "name"), [("dev", STACK), ("org/dev", STACK), ("org/jobs/prod", "Pulumi.prod.yaml")]
)
def test_a_stack_by_name(project: Project, stack: str, name: str) -> None:
    project.stack("")
    project.write("Pulumi.prod.yaml", "")
    assert find_stack_file(project.directory, stack, None).path == project.directory / name


def test_a_config_file_named_by_hand(project: Project) -> None:
    file = project.write("elsewhere/x.yaml", "")
    assert find_stack_file(project.directory, "any", file).path == file
    assert problems_of_finding(project.directory, None, Path("gone.yaml")) == (
        "gone.yaml: there is no such file",
    )


def test_without_a_choice_the_choices_are_told(project: Project) -> None:
    assert problems_of_finding(project.directory, None, None) == (
        "there is no Pulumi.<stack>.yaml in project/: write one, such as Pulumi.dev.yaml, "
        "or name a file with --config-file",
    )
    assert problems_of_finding(project.directory, "prod", None) == (
        "Pulumi.prod.yaml: there is no such stack file: write it, or name a file with "
        "--config-file",
    )
    project.stack("")
    project.write("Pulumi.prod.yaml", "")
    assert problems_of_finding(project.directory, None, None) == (
        "project/: which stack? use --stack with one of dev, prod",
    )
    assert problems_of_finding(project.directory, "pord", None) == (
        "Pulumi.pord.yaml: there is no such stack file; the stacks are dev, prod",
    )


@pytest.mark.parametrize("target", ["Pulumi.prod.yaml", "gone.yaml"])
def test_a_stack_file_that_leads_nowhere_is_one_of_the_stacks(
    project: Project, target: str
) -> None:
    """Were it passed over, the other one would be the only one, and the one that is run."""
    project.stack("amplify-jobs:rules: {}")
    (project.directory / "Pulumi.prod.yaml").symlink_to(target)
    with pytest.raises(ConfigError, match=r"which stack.*dev, prod"):
        find_stack_file(project.directory, None, None)
    find_stack_file(project.directory, "dev", None)
    for named in (("prod", None), (None, project.directory / "Pulumi.prod.yaml")):
        file = find_stack_file(project.directory, *named)
        with pytest.raises(ConfigError, match=r"^Pulumi.prod.yaml: can't be read: "):
            read_stack(file)
    [finding] = check_project(project.directory).findings
    assert "can't be read: " in finding.message


def test_outside_a_project(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        find_project(tmp_path)
    assert caught.value.problems == (
        f"{tmp_path}: no Pulumi.yaml here or above: change to the project's directory",
    )


def test_stack_files_in_a_directory_of_their_own(project: Project) -> None:
    project.write("Pulumi.yaml", "name: jobs\nstackConfigDir: stacks\n")
    project.stack("")
    project.write("stacks/Pulumi.live.yaml", "")
    found = find_stack_file(project.directory, None, None)
    assert found.path == project.directory / "stacks/Pulumi.live.yaml"


def test_stack_files_end_as_the_projects_file_does(project: Project) -> None:
    (project.directory / "Pulumi.yaml").rename(project.directory / "Pulumi.yml")
    project.write("Pulumi.dev.yml", "")
    assert find_stack_file(project.directory, None, None).path.name == "Pulumi.dev.yml"


def test_a_broken_project_file_is_told(project: Project) -> None:
    project.write("Pulumi.yaml", "name: [\n")
    project.stack("")
    [problem] = project.problems()
    assert problem.startswith("Pulumi.yaml:2: is not valid YAML: ")


def test_project_wide_config_counts_where_the_stack_says_nothing(project: Project) -> None:
    project.write(
        "Pulumi.yaml",
        """\
        name: jobs
        config:
          aws:region: eu-west-1
          amplify-jobs:retryMode: { value: adaptive }
          amplify-jobs:maxRetries: { type: integer, default: 3 }
          amplify-jobs:endpoint: { type: string }
          amplify-jobs:defaults:
            value: { appId: d1, backendEnvironmentName: dev }
          jobs:ours: x
          region: not-this-namespace
        """,
    )
    project.stack(
        """
        amplify-jobs:maxRetries: 7
        amplify-jobs:jobs: { a: { jobId: "1", status: FAILED } }
        """
    )
    config = project.read()
    assert config.settings == Settings(region="eu-west-1", max_retries=7, retry_mode="adaptive")
    assert str(config.jobs["a"].key) == "d1/dev/1"


def test_in_a_project_of_the_same_name_keys_need_no_namespace(project: Project) -> None:
    project.write("Pulumi.yaml", "name: amplify-jobs\nconfig: { retryMode: adaptive }\n")
    project.stack("")
    assert project.read().settings.retry_mode == "adaptive"


def test_a_mistake_in_project_wide_config_has_its_place_there(project: Project) -> None:
    project.write(
        "Pulumi.yaml",
        """\
        name: jobs
        config:
          amplify-jobs:jobs:
            value:
              a: { appId: d1, backendEnvironmentName: dev, status: FAILED,
                   jobId: 0012 }
        """,
    )
    project.stack("")
    assert project.problems() == ('Pulumi.yaml:6: a: jobId 0012 is a number: quote it, "0012"',)


def test_a_job_may_be_called_value_or_default(project: Project) -> None:
    project.stack(
        f"""
        amplify-jobs:jobs:
          value: {{ {KEY}, status: FAILED }}
          default: {{ {KEY.replace("1", "2")}, status: FAILED }}
        """
    )
    assert list(project.read().jobs) == ["value", "default"]


def test_structured_config_may_be_json_text_as_config_set_writes_it(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:jobs: '{"a": {"appId": "d", "backendEnvironmentName": "e", "jobId": 5}}'
        """
    )
    assert project.problems() == (f'{STACK}:2: a: jobId 5 is a number: quote it, "5"',)


SECURE = "{ secure: AAABAIGYxh }"


@pytest.mark.parametrize(
    ("config", "said"),
    {
        f"amplify-jobs:jobs: {SECURE}": (2, "amplify-jobs:jobs"),
        f"amplify-jobs:jobs: {{ a: {{ jobId: {SECURE} }} }}": (2, "amplify-jobs:jobs.a.jobId"),
        f"amplify-jobs:include:\n  - {SECURE}": (3, "amplify-jobs:include.0"),
        f"aws:profile: {SECURE}": (2, "aws:profile"),
    }.items(),
)
def test_encrypted_config_is_named_by_its_key(
    project: Project, config: str, said: tuple[int, str]
) -> None:
    project.stack(config)
    line, key = said
    with pytest.raises(SealedConfigError) as caught:
        project.read()
    assert caught.value.problems == (
        f"{STACK}:{line}: {key} is encrypted, only the engine can open it: run pulumi preview",
    )
    assert "AAABAIGYxh" not in str(caught.value)


def test_encrypted_config_of_others_is_no_problem(project: Project) -> None:
    project.stack(f"aws:userAgents: {SECURE}\nother:key: {SECURE}\n" + JOBS)
    assert list(project.read().jobs) == ["a"]


def test_an_environment_is_named_too(project: Project) -> None:
    project.write(STACK, "config: {}\nenvironment: [base]\n")
    with pytest.raises(SealedConfigError) as caught:
        project.read()
    assert caught.value.problems == (
        f"{STACK}:2: environment: only the engine can open it: run pulumi preview",
    )


def test_what_a_provider_reads_by_itself_is_none_where_it_takes_the_engine(
    project: Project,
) -> None:
    assert read_own_stack(project.directory, "no-such-stack") is None
    project.stack(f"amplify-jobs:jobs: {SECURE}")
    assert read_own_stack(project.directory, "dev") is None
    project.stack(JOBS)
    config = read_own_stack(project.directory, "dev")
    assert config is not None
    assert list(config.jobs) == ["a"]
    project.stack("amplify-jobs:job: {}")
    with pytest.raises(ConfigError, match="did you mean jobs"):
        read_own_stack(project.directory, "dev")


def many(count: int) -> str:
    lines = "".join(
        f"  job-{n}: {{ appId: d1, backendEnvironmentName: prod, jobId: j{n}, status: FAILED }}\n"
        for n in range(count)
    )
    return "amplify-jobs:jobs:\n" + lines


@pytest.mark.parametrize(("count", "warned"), [(700, False), (1100, True)])
def test_config_near_what_linux_can_hand_over_is_warned_of(
    project: Project, count: int, warned: bool
) -> None:
    project.stack(many(count))
    warnings = project.read().warnings
    assert [w.partition(" KiB of ")[2] for w in warnings] == [
        "stack config: from 128 KiB on, pulumi can't start the program; "
        "move jobs into files named by amplify-jobs:include"
    ] * warned


def test_included_jobs_do_not_count_towards_that(project: Project) -> None:
    project.write("more.yaml", many(1100).replace("amplify-jobs:", ""))
    project.stack("amplify-jobs:include: [more.yaml]")
    config = project.read()
    assert (len(config.jobs), config.warnings) == (1100, ())


@pytest.mark.parametrize(
    ("config", "settings"),
    {
        "": Settings(),
        "aws:region: eu-west-1\naws:profile: ops": Settings(region="eu-west-1", profile="ops"),
        "amplify-jobs:region: us-east-1\namplify-jobs:profile: me\n"
        "aws:region: eu-west-1\naws:profile: ops": Settings(region="us-east-1", profile="me"),
        "aws:region: ''": Settings(),
        "amplify-jobs:maxRetries: 0": Settings(max_retries=0),
        "amplify-jobs:maxRetries: '12'": Settings(max_retries=12),
        "amplify-jobs:endpoint: http://127.0.0.1:4566": Settings(endpoint="http://127.0.0.1:4566"),
        "amplify-jobs:endpoint: https://[::1]:443/x": Settings(endpoint="https://[::1]:443/x"),
        "amplify-jobs:assumeRoles: [{roleArn: 'arn:aws:iam::123456789012:role/a', duration: 1h, "
        "externalId: x, policy: '{}', policyArns: [p], sessionName: s, sourceIdentity: me, "
        "tags: {k: v}, transitiveTagKeys: [k]}]": Settings(
            assume_roles=(
                AssumeRole(
                    "arn:aws:iam::123456789012:role/a",
                    3600,
                    "x",
                    "{}",
                    ("p",),
                    "s",
                    "me",
                    (("k", "v"),),
                    ("k",),
                ),
            )
        ),
    }.items(),
)
def test_settings(project: Project, config: str, settings: Settings) -> None:
    project.stack(config)
    assert project.read().settings == settings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("conifg: {}", ":1: unknown key conifg: did you mean config?"),
        (
            "config: {amplify_jobs:jobs: {}}",
            ":1: unknown key amplify_jobs:jobs: did you mean amplify-jobs:jobs?",
        ),
        (
            "config: {AmplifyJobs:include: []}",
            ":1: unknown key AmplifyJobs:include: did you mean amplify-jobs:include?",
        ),
        ("config:\n  jobs: {}", ":2: unknown key jobs: did you mean amplify-jobs:jobs?"),
    ],
)
def test_a_key_that_would_be_passed_over_is_told(project: Project, text: str, said: str) -> None:
    project.write(STACK, text)
    with pytest.raises(ConfigError) as caught:
        project.read()
    assert caught.value.problems == (STACK + said,)


@pytest.mark.parametrize("text", ["", "config:", "config: {other:jobs: {}}"])
def test_a_stack_without_jobs_is_told(project: Project, text: str) -> None:
    project.write(STACK, text)
    assert project.read().warnings == (
        f"{STACK}: no job is declared: add amplify-jobs:jobs, amplify-jobs:include or "
        "amplify-jobs:rules",
    )


def test_a_misspelt_key_is_told_once(project: Project) -> None:
    project.stack(
        "amplify-jobs:jobs:\n"
        "  a: {appId: d1, backendEnviromentName: prod, jobId: j1, status: FAILED}\n"
    )
    with pytest.raises(ConfigError) as caught:
        project.read()
    (problem,) = caught.value.problems
    assert "unknown key backendEnviromentName: did you mean backendEnvironmentName?" in problem
