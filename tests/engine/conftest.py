"""The engine tests run wherever `pulumi` is on PATH, and say so where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.needs import needs_engine

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(needs_engine)


@pytest.fixture
def project(tmp_path: Path, emulator: Emulator) -> Project:
    """A project whose stack talks to the emulator."""
    return Project.create(tmp_path, emulator.url)
