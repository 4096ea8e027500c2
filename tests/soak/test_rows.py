"""Every row of the soak, once and small."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from soak.row import Setting
from soak.rows import lost_answers, mixed_faults, signals
from soak.trial import Trial, said
from tests.needs import needs_engine


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(tmp_path, Random(7))


def held(trials: Iterator[Trial], *, names: set[str]) -> None:
    """Check that there were trials of these names, and that everything held in each."""
    found = list(trials)
    assert [said(each) for each in found if each.bad] == []
    assert {each.name for each in found} == names
    assert all(each.faults for each in found)


def test_mixed_faults(setting: Setting) -> None:
    held(mixed_faults.commands(setting, jobs=20, seeds=1), names={"apply"})


def test_lost_answers(setting: Setting) -> None:
    held(lost_answers.commands(setting, jobs=20), names={"apply"})


def test_signals(setting: Setting) -> None:
    kinds = {"SIGINT", "SIGTERM", "SIGKILL"}
    names = {f"{kind} of apply" for kind in kinds} | {"SIGKILL of the provider"}
    held(signals.commands(setting, polite=2, killed=1), names=names)


@needs_engine
def test_mixed_faults_under_the_engine(setting: Setting) -> None:
    held(mixed_faults.engine(setting, jobs=20, seeds=1), names={"pulumi up"})


@needs_engine
def test_lost_answers_under_the_engine(setting: Setting) -> None:
    held(lost_answers.engine(setting, jobs=20), names={"pulumi up"})


@needs_engine
def test_signals_under_the_engine(setting: Setting) -> None:
    names = {
        "SIGINT of the engine",
        *(f"SIGKILL of the {process}" for process in ("engine", "program", "provider")),
    }
    held(signals.engine(setting, polite=1, killed=1), names=names)
