"""The soak names the commit that it tries, and says if that is not what was tried."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from soak.commit import commit
from soak.page import PAGE
from soak.report import DOCUMENT

GIT = ("git", "-c", "user.name=tester", "-c", "user.email=tester@example.com")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    for name in (DOCUMENT.name, PAGE.name, "security.md"):
        (tmp_path / "docs" / name).write_text("as committed")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=All")
    return tmp_path


def test_what_an_earlier_soak_wrote_is_no_change(repository: Path) -> None:
    found = commit(repository)
    (repository / "docs" / DOCUMENT.name).write_text("figures")
    (repository / "docs" / PAGE.name).write_text("figures")
    assert commit(repository) == found
    assert "(changed)" not in found


def test_any_other_change_is_said(repository: Path) -> None:
    (repository / "docs" / "security.md").write_text("other")
    assert commit(repository).endswith(" (changed)")
