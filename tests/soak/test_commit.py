"""The soak names the commit that it tries, and says if that is not what was tried."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.running.revision import checked_out
from soak.__main__ import TRIED
from soak.page import PAGE
from soak.report import DOCUMENT
from tests import revision


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    for name in (DOCUMENT.name, PAGE.name, "security.md"):
        (tmp_path / "docs" / name).write_text("as committed")
    revision.commit(tmp_path, {**os.environ, **revision.GIT})
    return tmp_path


def test_what_an_earlier_soak_wrote_is_no_change(repository: Path) -> None:
    found = checked_out(repository, *TRIED)
    (repository / "docs" / DOCUMENT.name).write_text("figures")
    (repository / "docs" / PAGE.name).write_text("figures")
    assert checked_out(repository, *TRIED) == found
    assert "(changed)" not in found


def test_any_other_change_is_said(repository: Path) -> None:
    (repository / "docs" / "security.md").write_text("other")
    assert checked_out(repository, *TRIED).endswith(" (changed)")
