"""Builds of the provider that are broken on purpose: the random stories have to see each.

Of each build that one invariant is judged which it breaks: it has no other to be seen by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.model.broken import BUILDS
from tests.model.play import play

from ..row import Row, Setting
from ..trial import Trial

MOST_STEPS = 2000


def commands(setting: Setting, builds: Sequence[str] = tuple(BUILDS)) -> Iterator[Trial]:
    """Play stories against each build until one sees what is broken.

    They come in any order: where the time is over before the last, it is not the same each time.
    """
    for build in setting.random.sample(builds, len(builds)):
        played = play(MOST_STEPS, setting.random.randrange(2**32), build=build, shrinks=False)
        number = BUILDS[build].breaks
        unseen = f"invariant {number} did not see it within {MOST_STEPS} steps {played.broken}"
        yield Trial(
            f"{build}, after {played.counts.steps} steps",
            runs=played.counts.runs,
            faults=played.counts.faults,
            broken=() if played.invariant == number else (unseen.rstrip(),),
        )


ROW = Row(
    name="broken builds",
    fault=f"{len(BUILDS)} builds of the provider, each with one promise broken on purpose",
    promise="The random stories see each within 2,000 steps, by what they ask of that promise",
    amount=f"{len(BUILDS)} builds",
    commands=commands,
    minutes=5.5,
)
