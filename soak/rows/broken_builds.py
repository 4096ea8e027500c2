"""Builds of the provider that are broken on purpose: the random stories have to see each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.model.broken import BUILDS
from tests.model.play import play

from ..row import Row, Setting
from ..trial import Trial

MOST_STEPS = 2000


def commands(setting: Setting, builds: Sequence[str] = tuple(BUILDS)) -> Iterator[Trial]:
    """Play stories against each build until one sees what is broken."""
    for build in builds:
        played = play(MOST_STEPS, setting.random.randrange(2**32), build=build, shrinks=False)
        unseen = f"was not seen within {MOST_STEPS} steps"
        yield Trial(
            f"{build}, after {played.counts.steps} steps",
            runs=played.counts.runs,
            faults=played.counts.faults,
            broken=() if played.broken else (unseen,),
        )


ROW = Row(
    name="broken builds",
    fault="13 builds of the provider, each with one promise broken on purpose",
    promise="The random stories see each within 2,000 steps",
    amount="13 builds",
    commands=commands,
    weight=3,
)
