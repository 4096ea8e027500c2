"""Random stories of a stack, in the testing host, each judged by what is promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.model.play import play

from ..row import Row, Setting
from ..trial import Trial

STEPS = 20_000
STEPS_OF_A_TRIAL = 500


def commands(setting: Setting, steps: int = STEPS) -> Iterator[Trial]:
    """Play stories; what broke is told as the shortest story that shows it.

    Nothing that is rare may be missing in so many.
    """
    done, met = 0, Counter[str]()
    while done < steps:
        played = play(min(STEPS_OF_A_TRIAL, steps - done), setting.random.randrange(2**32))
        done += played.counts.steps
        met.update(played.counts.rare)
        missing = [what for what, count in met.items() if not count] if done >= STEPS else []
        yield Trial(
            "500 steps",
            runs=played.counts.runs,
            faults=played.counts.faults,
            broken=(
                *filter(None, (played.broken,)),
                *(f"there were no {what} in {done:,} steps" for what in missing),
            ),
            met=played.counts.rare,
        )


ROW = Row(
    name="random stories",
    fault="20,000 random steps: config, moves by others, faults, odd updates, cancels, kills, "
    "restarts, upgrades",
    promise="What is declared and possible is brought about, a second up is silent, and nothing "
    "else is written, recorded or shown",
    amount="20,000 steps",
    commands=commands,
    minutes=45,
)
