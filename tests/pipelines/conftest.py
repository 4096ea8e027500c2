"""A checkout for a pipeline's job, and programs that stand in for those of the runner."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .workflows import Programs


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    """Programs of our own, on PATH before all others."""
    if shutil.which("bash") is None:
        pytest.skip("there is no bash on PATH")
    folder = tmp_path / "bin"
    folder.mkdir()
    return Programs(folder)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """An empty folder, in place of what actions/checkout leaves."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    return folder
