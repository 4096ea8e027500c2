"""Whatever happens to a stack, what is promised holds; and the model sees it where it doesn't."""

from __future__ import annotations

import pytest

from .broken import BUILDS
from .play import play

STEPS = 500
SEED = 17
SOON = ("everything is a change", "when is ignored")
"""Broken builds that are seen soon; the soak has them all."""

pytestmark = pytest.mark.timeout(3600)
"""A story that is cut off in the middle is no finding, and says nothing of why."""


def test_whatever_happens_what_is_promised_holds() -> None:
    played = play(STEPS, SEED)
    assert not played.broken, played.broken
    counts = played.counts
    assert counts.steps >= STEPS
    assert counts.runs > STEPS / 5
    assert min(counts.writes, counts.faults, counts.failed_runs) > 20


@pytest.mark.parametrize("build", SOON)
def test_a_broken_build_is_seen(build: str) -> None:
    played = play(2000, SEED, build=build, shrinks=False)
    assert played.invariant == BUILDS[build].breaks
