"""Fixtures around the real plugin process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator

from .plugin import Engine, Launcher, engine_stand_in
from .stack import Stack


@pytest.fixture(scope="session")
def _shared_engine() -> Iterator[Engine]:
    with engine_stand_in() as engine:
        yield engine


@pytest.fixture
def engine(_shared_engine: Engine) -> Engine:
    """The engine's stand-in, with nothing logged yet."""
    _shared_engine.logged.clear()
    return _shared_engine


@pytest.fixture
def launch(engine: Engine, tmp_path: Path) -> Iterator[Launcher]:
    """Starts plugin processes; whatever a test does, none is left behind."""
    launcher = Launcher(engine, tmp_path)
    yield launcher
    launcher.stop()


@pytest.fixture
def settings(emulator: Emulator) -> dict[str, Any]:
    """Stack config that points at the emulator, and fails fast."""
    return {
        "aws:region": "eu-west-1",
        "amplify-jobs:endpoint": emulator.url,
        "amplify-jobs:maxRetries": "0",
    }


@pytest.fixture
def stack(launch: Launcher, settings: dict[str, Any]) -> Stack:
    """A stack without jobs, for the emulator."""
    return Stack(launch, settings)
