"""Every row of the soak, once and small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from fuzz.running import unavailable
from fuzz.targets import NAMES
from soak.engine import EngineStack
from soak.row import Setting
from soak.rows import (
    foreign_writes,
    lost_answers,
    mixed_faults,
    model_requests,
    no_answers,
    outages,
    pairs,
    signals,
    stale_reads,
    surroundings,
    texts,
    what_updates_do,
)
from soak.stacks import Stack
from soak.trial import Trial, said
from tests.needs import needs_engine
from tests.waiting import DEADLINE

UPDATES = what_updates_do.BEHAVIOURS


def held(trials: Iterator[Trial], *, names: set[str]) -> None:
    """Check that there were trials of these names, and that everything held in each."""
    found = list(trials)
    assert [said(each) for each in found if each.bad] == []
    assert {each.name for each in found} >= names
    assert all(each.faults for each in found)


def test_mixed_faults(setting: Setting) -> None:
    held(mixed_faults.trials(setting, jobs=20, seeds=1), names={"apply"})


def test_lost_answers(setting: Setting) -> None:
    held(lost_answers.trials(setting, jobs=20), names={"apply"})


class Early(Random):
    """Chooses from the first half: late in a run, a busy machine may see its end first."""

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        begin, end = (0, start) if stop is None else (start, stop)
        return super().randrange(begin, (begin + end) // 2, step)


@pytest.fixture
def early(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> Setting:
    """Where signals come early enough; how soon all is over then, the soak itself measures."""
    monkeypatch.setattr(signals, "GRACE", DEADLINE)
    monkeypatch.setattr(signals, "SOON", DEADLINE)
    return replace(setting, random=Early(7))


def test_signals(early: Setting) -> None:
    names = {f"{kind} of apply" for kind in ("SIGINT", "SIGTERM", "SIGKILL")}
    names |= {f"SIGKILL of the {process}" for process in ("provider", "emulator")}
    held(signals.commands(early, polite=2, killed=1), names=names)


def test_outages(setting: Setting) -> None:
    held(outages.trials(setting, seconds=(0.5,)), names={"apply, 0.5 s"})


def test_no_answers(setting: Setting) -> None:
    trials = no_answers.commands(setting, number=30, size=17_000_000, drips=())
    names = {f"malformed: {operation}" for operation in no_answers.CALLS}
    held(trials, names={*names, "state under malformed answers"})


def test_stale_reads(setting: Setting) -> None:
    held(stale_reads.trials(setting, rounds=1), names={"up, testing host"})


def test_what_updates_do(setting: Setting) -> None:
    names = set(map(": ".join, product(UPDATES, ("apply", "up, testing host"))))
    held(what_updates_do.trials(setting, rounds=1), names=names)


def test_foreign_writes(setting: Setting) -> None:
    held(foreign_writes.trials(setting, rounds=1), names={"apply", "apply, when"})


def test_pairs(setting: Setting) -> None:
    names = {
        "one stack: apply beside apply",
        "two stacks with the same jobs: apply beside apply",
        "two ways: up, testing host beside apply",
    }
    held(pairs.trials(setting, pairs=1), names=names)


def test_surroundings(setting: Setting) -> None:
    names = {"a full disk behind stdout", "credentials that rotate", "a proxy that works"}
    # These wait for ten seconds, to no purpose in a test.
    without = ("no name service", "a proxy that is gone")
    held(surroundings.commands(setting, rounds=1, without=without), names=names)


@pytest.mark.skipif(unavailable() is not None, reason=str(unavailable()))
def test_texts(setting: Setting) -> None:
    held(texts.commands(setting, rounds=1, seconds=1), names=set(NAMES))


def test_requests_of_the_model(setting: Setting) -> None:
    held(model_requests.commands(setting, rounds=1, examples=100), names={"requests"})


@needs_engine
def test_mixed_faults_under_the_engine(setting: Setting) -> None:
    held(mixed_faults.trials(setting, EngineStack, jobs=20, seeds=1), names={"pulumi up"})


@needs_engine
def test_lost_answers_under_the_engine(setting: Setting) -> None:
    held(lost_answers.trials(setting, EngineStack, jobs=20), names={"pulumi up"})


@needs_engine
def test_signals_under_the_engine(early: Setting) -> None:
    names = {
        *(f"{each.name} of the engine" for each in signals.POLITE_SIGNALS),
        *(f"SIGKILL of the {process}" for process in ("engine", "program", "provider")),
    }
    held(signals.engine(early, polite=2, killed=1), names=names)


@needs_engine
def test_stale_reads_under_the_engine(setting: Setting) -> None:
    held(stale_reads.trials(setting, EngineStack, rounds=1), names={"pulumi up"})


@needs_engine
def test_what_updates_do_under_the_engine(setting: Setting) -> None:
    names = {f"{updates}: pulumi up" for updates in UPDATES}
    held(what_updates_do.trials(setting, (EngineStack,), rounds=1), names=names)


@needs_engine
def test_foreign_writes_under_the_engine(setting: Setting) -> None:
    held(
        foreign_writes.trials(setting, EngineStack, rounds=1),
        names={"pulumi up", "pulumi up, when"},
    )


@needs_engine
def test_pairs_under_the_engine(setting: Setting) -> None:
    beside = (EngineStack, Stack)
    names = {"one stack: pulumi up beside pulumi up", "two ways: pulumi up beside apply"}
    held(pairs.trials(setting, EngineStack, beside, pairs=1), names=names)


@needs_engine
def test_surroundings_under_the_engine(setting: Setting) -> None:
    names = {"a home that can't be written", "credentials that rotate", "a proxy that works"}
    without = ("a proxy that is gone",)
    held(surroundings.engine(setting, rounds=1, without=without), names=names)
