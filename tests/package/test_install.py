"""Installing as README says: from git at a pinned commit, and nowhere by the bare name."""

from __future__ import annotations

import json
import os
import re
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from release.installed import required_by
from tests import revision, wheel

ROOT = wheel.ROOT
NAME = "pulumi-amplify-jobs"
PINNED = re.compile(rf"{NAME}(\[\w+\])? @ \$(\{{{revision.SOURCE}\}}|{revision.SOURCE})")
INSTALLER = re.compile(
    rf"\b(?:pip[0-9.]*|pipx|uv|uvx|poetry|pdm|hatch|conda|easy_install)\b[^\n]*?\b({NAME}\b[^\n]*)"
)

SAID = sorted(
    path
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "examples/**/*",
        "provider/**/*.py",
        "emulator.*",
        ".*/**/*.yml",
    )
    for path in ROOT.glob(pattern)
    if path.is_file() and not {".venv", "__pycache__"} & set(path.parts)
)
"""All that tells users, or their machines, how to install."""

REQUIREMENTS = [path for path in SAID if path.name.startswith("requirements")]


def by_bare_name(text: str) -> list[str]:
    """Return the ends of lines that install the package by a name that anyone could register."""
    found = (match[1] for match in INSTALLER.finditer(text.replace("\\\n", " ")))
    return [end for end in found if not PINNED.match(end)]


@pytest.mark.parametrize(
    "line",
    [
        "pip install pulumi-amplify-jobs",
        "python -m pip install --quiet 'pulumi-amplify-jobs[emulator]' pytest",
        "pip install --upgrade \\\n  pulumi-amplify-jobs==0.1.0",
        "uvx --from pulumi-amplify-jobs amplify-jobs list",
        "pipx install pulumi-amplify-jobs",
        "`pip install 'pulumi-amplify-jobs[emulator]'` brings the fixtures",
    ],
)
def test_a_bare_name_is_found(line: str) -> None:
    assert by_bare_name(line)


def test_a_pinned_source_is_no_bare_name() -> None:
    assert not by_bare_name(f'pip install "{NAME}[emulator] @ ${revision.SOURCE}" pytest')
    assert not by_bare_name("The package pulumi-amplify-jobs is on no index.")


@pytest.mark.parametrize("path", SAID, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_installs_the_bare_name(path: Path) -> None:
    assert by_bare_name(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_requirements_name_the_pinned_source(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if NAME in line]
    assert all(PINNED.fullmatch(line) for line in lines), lines
    assert lines or path.parent == ROOT / "examples/library/app"


def test_every_example_and_each_kind_of_file_is_looked_at() -> None:
    assert len(REQUIREMENTS) >= 9
    assert {".md", ".yml", ".py", ".txt", ".Containerfile"} <= {path.suffix for path in SAID}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    return revision.source_of_now(tmp_path_factory.mktemp("source"))


def pip(python: Path, file: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-m", "pip", "install", "--requirement", file],
        env={**os.environ, **revision.GIT, **revision.OFFLINE, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """A Python with all that the package requires, and what builds it, but not the package."""
    package = distribution(NAME)
    required = required_by(package, ["emulator"])
    beside = ["pip", "hatchling", "pytest"]
    return wheel.furnish(tmp_path / "venv", [*required, *map(Requirement, beside)])


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_requirements_install_that_commit(name: str, python: Path, source: str) -> None:
    done = pip(python, ROOT / "examples/tested-stack" / name, **{revision.SOURCE: source})
    assert done.returncode == 0, done.stderr
    [recorded] = python.parents[1].rglob("pulumi_amplify_jobs-*.dist-info/direct_url.json")
    assert json.loads(recorded.read_text())["vcs_info"]["commit_id"] == source.partition("@")[2]
    assert python.with_name("amplify-jobs").exists()


def test_without_the_variable_nothing_is_installed(python: Path) -> None:
    done = pip(python, REQUIREMENTS[0])
    assert done.returncode != 0
    assert revision.SOURCE in done.stderr
