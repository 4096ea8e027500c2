"""The testing host calls the provider as the real engine does, call by call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.needs import needs_engine

from .driven import in_host, under_engine
from .record import TRANSCRIPTS
from .scenarios import SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_calls_are_those_that_a_real_engine_made(name: str, tmp_path: Path) -> None:
    transcript: dict[str, Any] = json.loads((TRANSCRIPTS / f"{name}.json").read_text())
    assert transcript["engine"].startswith("v3.")
    runs = in_host(SCENARIOS[name], tmp_path)
    assert list(runs) == list(transcript["runs"])
    for run, calls in runs.items():
        assert calls == transcript["runs"][run], run


@needs_engine
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_calls_are_those_of_the_engine_at_hand(name: str, tmp_path: Path) -> None:
    for each in ("engine", "host"):
        (tmp_path / each).mkdir()
    live = under_engine(SCENARIOS[name], tmp_path / "engine")
    for run, calls in in_host(SCENARIOS[name], tmp_path / "host").items():
        assert calls == live[run], run
