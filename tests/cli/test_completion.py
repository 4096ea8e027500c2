"""Completion, in the shells themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.cli.entry_point import SECTIONS
from pulumi_amplify_jobs.domain.jobs import OPERATIONS

COMMANDS = [name for section in SECTIONS.values() for name in section]

LINES = pytest.mark.parametrize(
    ("line", "offered"),
    {
        "": COMMANDS,
        "va": ["validate"],
        "plan --stack ": ["dev", "prod"],
        "apply -s p": ["prod"],
        "list --status ": ["RUNNING", "COMPLETED", "FAILED"],
        "list --status f": ["FAILED"],
        "list --operation ": list(OPERATIONS),
        "completion ": ["bash", "zsh", "fish"],
        "validate --format g": ["github"],
        "plan --config": ["--config-file"],
    }.items(),
)


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    for name in ("dev", "prod"):
        (tmp_path / f"Pulumi.{name}.yaml").write_text("config: {}\n")
    return tmp_path


def script(shell: str) -> str:
    result = CliRunner().invoke(cli, ["completion", shell], prog_name="amplify-jobs")
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def needs(shell: str) -> str:
    """Return where the shell is, or skip."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"no {shell} on PATH, install it")
    return found


def run(shell: list[str], directory: Path) -> list[str]:
    """Run a shell that finds the command, and return its lines."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    result = subprocess.run(
        shell,
        cwd=directory,
        env={**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    assert result.stderr == ""
    return result.stdout.splitlines()


def bash(line: str, directory: Path) -> list[str]:
    words = ["amplify-jobs", *line.split(" ")]
    quoted = " ".join(f"'{word}'" for word in words)
    ask = f"""
{script("bash")}
COMP_WORDS=({quoted}) COMP_CWORD={len(words) - 1}
_amplify_jobs_completion amplify-jobs
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    return run([needs("bash"), "--norc", "-c", ask], directory)


@LINES
def test_bash(stacks: Path, line: str, offered: list[str]) -> None:
    assert bash(line, stacks) == offered


def test_bash_knows_whom_to_ask(stacks: Path) -> None:
    ask = f"{script('bash')}\ncomplete -p amplify-jobs"
    [line] = run([needs("bash"), "--norc", "-c", ask], stacks)
    assert line.endswith("-F _amplify_jobs_completion amplify-jobs")


@LINES
def test_fish(stacks: Path, line: str, offered: list[str]) -> None:
    ask = f"{script('fish')}\ncomplete -C 'amplify-jobs {line}'"
    lines = run([needs("fish"), "--no-config", "-c", ask], stacks)
    assert sorted(each.split("\t")[0] for each in lines) == sorted(offered)


def test_zsh_understands_its_script(stacks: Path) -> None:
    assert "#compdef amplify-jobs" in script("zsh")
    path = stacks / "_amplify-jobs"
    path.write_text(script("zsh"))
    assert run([needs("zsh"), "-n", str(path)], stacks) == []


def test_another_directory_has_its_own_stacks(stacks: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "Pulumi.yaml").write_text("name: other\nruntime: python\n")
    (elsewhere / "Pulumi.only.yaml").write_text("config: {}\n")
    assert bash("plan -C elsewhere --stack ", stacks) == ["only"]


@pytest.mark.parametrize("broken", ["name: [", None])
def test_nothing_is_offered_where_nothing_is_found(tmp_path: Path, broken: str | None) -> None:
    if broken:
        (tmp_path / "Pulumi.yaml").write_text(broken)
    assert bash("plan --stack ", tmp_path) == [""]


def test_files_are_left_to_the_shell(stacks: Path) -> None:
    environment = {
        **os.environ,
        "COMP_WORDS": "amplify-jobs validate P",
        "COMP_CWORD": "2",
        "_AMPLIFY_JOBS_COMPLETE": "bash_complete",
    }
    command = [str(Path(sys.executable).parent / "amplify-jobs")]
    result = subprocess.run(
        command, cwd=stacks, env=environment, capture_output=True, text=True, check=True
    )
    assert (result.stdout, result.stderr) == ("file,P\n", "")


def test_another_shell_is_refused() -> None:
    result = CliRunner().invoke(cli, ["completion", "csh"], prog_name="amplify-jobs")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "'csh' is not one of 'bash', 'zsh', 'fish'" in result.stderr
