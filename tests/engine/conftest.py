"""The engine tests run wherever `pulumi` is on PATH, and say so where it is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("pulumi"):
        return
    skip = pytest.mark.skip(reason="no pulumi on PATH: needs the real engine")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(skip)


@pytest.fixture
def project(tmp_path: Path, emulator: Emulator) -> Project:
    """A project whose stack talks to the emulator."""
    return Project.create(tmp_path, emulator.url)
