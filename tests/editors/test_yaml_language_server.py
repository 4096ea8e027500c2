"""The YAML language server, unchanged, with the schemas that the first line of a file names."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_amplify_jobs.config.loader import NAMESPACE
from pulumi_amplify_jobs.config.stack import known_keys
from pulumi_amplify_jobs.domain.jobs import OPERATIONS, STATUSES
from tests.needs import needs_node, needs_npm_packages

from .language_server import LanguageServer

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node")
SERVER = Path(__file__).parent / "javascript" / "node_modules" / ".bin" / "yaml-language-server"
MODELINE = "# yaml-language-server: $schema=.amplify-jobs.schema.json\n"
INCLUDE_MODELINE = "# yaml-language-server: $schema=.amplify-jobs.include.schema.json\n"
STACK = (
    MODELINE
    + """\
config:
  aws:region: eu-west-1
  amplify-jobs:jobs:
    unstick-push:
      appId: d2abcdefgh1234
      backendEnvironmentName: prod
      jobId: "4f1c"
      status: FAILED
"""
)
JOB_KEYS = {
    "appId",
    "backendEnvironmentName",
    "jobId",
    "operation",
    "status",
    "when",
    "ifMissing",
    "wait",
}

pytestmark = [
    needs_node,
    needs_npm_packages(SERVER.exists()),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the schemas where the docs put them, by the commands of the docs."""
    folder = tmp_path_factory.mktemp("project")
    page = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ amplify-jobs (schema .*)$", page, re.MULTILINE)
    assert len(commands) == 2
    program = Path(sys.executable).with_name("amplify-jobs")
    for command in commands:
        subprocess.run([program, *command.split()], cwd=folder, check=True, timeout=240)
    return folder


@pytest.fixture(scope="module")
def editor(project: Path) -> Iterator[LanguageServer]:
    with LanguageServer([str(SERVER), "--stdio"], project) as server:
        yield server


def test_a_good_stack_has_no_problems(editor: LanguageServer) -> None:
    assert editor.problems(STACK) == []


def test_the_first_line_is_what_does_it(editor: LanguageServer) -> None:
    wrong = STACK.replace("status:", "stauts:")
    assert editor.problems(wrong.replace(MODELINE, "# no schema\n")) == []
    assert editor.problems(wrong) == [(9, "Property stauts is not allowed.")]


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("amplify-jobs:jobs", "amplify-jobs:job", 4),
        ("jobId:", "jobID:", 8),
        ('"4f1c"', "12", 8),
        ("status: FAILED", "status: { secure: x, sure: x }", 9),
        ("status: FAILED", "ifMissing: never", 9),
        ("status: FAILED", "status: {}", 9),
    ],
)
def test_what_is_wrong_is_marked_in_its_line(
    right: str, wrong: str, line: int, editor: LanguageServer
) -> None:
    assert right in STACK
    assert line in [found for found, _ in editor.problems(STACK.replace(right, wrong))]


def test_the_keys_of_the_namespace_are_offered(editor: LanguageServer) -> None:
    offered = editor.completions(f"{MODELINE}config:\n  amp|\n")
    ours = {key for key in known_keys() if key.startswith(f"{NAMESPACE}:")}
    assert {key for key in offered if key.startswith(f"{NAMESPACE}:")} == ours
    assert {"aws:region", "aws:profile", "aws:allowedAccountIds"} <= set(offered)
    assert "amplify-jobs:jobs" in offered


def test_the_keys_of_a_job_are_offered(editor: LanguageServer) -> None:
    offered = editor.completions(f"{MODELINE}config:\n  amplify-jobs:jobs:\n    a:\n      |\n")
    assert set(offered) >= JOB_KEYS
    for key in ("appId", "backendEnvironmentName", "operation", "status", "ifMissing"):
        assert offered[key] == f"{key}: ", "a plain value is meant, not an encrypted one"


def test_a_key_that_is_there_is_not_offered_again(editor: LanguageServer) -> None:
    offered = editor.completions(f"{STACK}      |\n")
    assert set(offered) == {"target", "operation", "when", "ifMissing", "wait"}


@pytest.mark.parametrize(
    ("key", "values"),
    [("status", STATUSES), ("operation", OPERATIONS), ("ifMissing", ("error", "ignore"))],
)
def test_known_values_are_offered(
    key: str, values: tuple[str, ...], editor: LanguageServer
) -> None:
    text = f"{MODELINE}config:\n  amplify-jobs:jobs:\n    a:\n      {key}: |\n"
    assert set(editor.completions(text)) >= set(values)


def test_an_included_file_is_completed_and_checked(editor: LanguageServer) -> None:
    offered = editor.completions(f"{INCLUDE_MODELINE}jobs:\n  a:\n    |\n")
    assert set(offered) >= JOB_KEYS
    wrong = f'{INCLUDE_MODELINE}jobs:\n  a:\n    jobId: "1"\n    stauts: FAILED\n'
    assert editor.problems(wrong) == [(5, "Property stauts is not allowed.")]
