"""The package as README has its users install it: from a git repository, at a pinned commit."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from release.installed import required_by
from tests import wheel

PACKAGED = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".pre-commit-hooks.yaml")
"""What a repository needs beside the code, for pip and for pre-commit."""

SOURCE = "AMPLIFY_JOBS_SOURCE"
"""The variable by which pages, examples and workflows say where the package comes from."""

GIT = {
    **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Test"),
    **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "test@example.org"),
    "GIT_CONFIG_GLOBAL": os.devnull,
}

OFFLINE = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
"""Has pip build and install with what is there already. (0 is how pip spells this switch.)"""


def commit(folder: Path, environment: Mapping[str, str]) -> str:
    """Make a repository of a folder, and return its one commit."""
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "all"]):
        _git(command, folder, environment)
    return _git(["rev-parse", "HEAD"], folder, environment).strip()


def _git(command: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        ["git", *command], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def of_now(folder: Path) -> tuple[Path, str]:
    """Return a repository with the package as it is now, made in a folder, and its commit."""
    if shutil.which("git") is None:
        pytest.skip("there is no git on PATH")
    shutil.copytree(
        wheel.ROOT / "provider", folder / "provider", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in PACKAGED:
        shutil.copy(wheel.ROOT / name, folder / name)
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    return folder, commit(folder, {**kept, **GIT})


def source_of_now(folder: Path) -> str:
    """Return what the variable names: a repository made in a folder, at its commit.

    It has a host, as users' addresses have: older versions of pip take no `name @ URL` without one.
    """
    repository, revision = of_now(folder)
    return f"git+file://localhost{repository.as_posix()}@{revision}"


def without_the_package(folder: Path) -> dict[str, str]:
    """Return the environment of a machine that has what the package requires, without it.

    What it requires, what builds it and pytest are linked into a folder; nothing is downloaded.
    """
    required = required_by(distribution("pulumi-amplify-jobs"), ["emulator"])
    wheel.furnish(folder, [*required, *map(Requirement, ["hatchling", "pytest"])])
    [packages] = folder.glob("lib/python*/site-packages")
    return {**OFFLINE, **GIT, "PYTHONPATH": str(packages)}
