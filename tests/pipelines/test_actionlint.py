"""actionlint, which knows the syntax of workflows, the actions' inputs and their expressions."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from .go_tools import ACTIONLINT, needs
from .workflows import EXAMPLES, WORKFLOWS, name_of

PROJECTS = sorted({path.parents[2] for path in WORKFLOWS})

pytestmark = needs(ACTIONLINT)


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a project's workflows as a repository: that is where local actions are looked up."""
    folder = tmp_path / "project"
    shutil.copytree(request.param / ".github", folder / ".github")
    (folder / ".git").mkdir()
    return folder


def lint(folder: Path) -> tuple[int, str]:
    """Run actionlint, and with it shellcheck, where that is on PATH."""
    done = subprocess.run(
        [str(ACTIONLINT), "-no-color"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("project", PROJECTS, indirect=True, ids=name_of)
def test_it_finds_nothing(project: Path) -> None:
    assert lint(project) == (0, "")


@pytest.mark.parametrize("project", [EXAMPLES / "github-actions"], indirect=True, ids=name_of)
def test_it_would_find_what_is_wrong(project: Path) -> None:
    file = project / ".github" / "workflows" / "preview.yml"
    text = file.read_text(encoding="utf-8")
    for right, wrong in (
        ("pull-requests: write", "pull-request: write"),
        ("steps.preview", "steps.prevew"),
        ("actions/install\n", "actions/install\n        with: { version: 3 }\n"),
    ):
        assert right in text
        text = text.replace(right, wrong)
    file.write_text(text, encoding="utf-8")
    code, output = lint(project)
    assert code == 1
    for word in ("pull-request", "prevew", 'input "version" is not defined in action'):
        assert word in output
