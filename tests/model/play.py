"""Plays the model for so many steps: for a test, and for the soak.

`python -m tests.model.play STEPS SEED [BUILD]` plays it by hand, against a broken build if one is
named, and prints the story of what broke.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from .broken import BUILDS
from .counts import Counts
from .forked import ForkServer
from .invariants import NUMBERS, BrokenInvariantError
from .machine import Machine

STEPS_OF_A_STORY = 50
STORIES = 10
"""Stories that are told before anybody asks whether it is enough."""


@dataclass(frozen=True)
class Played:
    """What was played, and what of it broke an invariant."""

    counts: Counts
    broken: str = ""
    """Which invariant, and the shortest story of how; empty where all held."""
    invariant: int | None = None
    """The number of the one that was broken first."""


def play(
    steps: int,
    seed: int,
    *,
    build: str = "",
    shrinks: bool = True,
    until: Callable[[], bool] = lambda: False,
) -> Played:
    """Play so many steps at least, until an invariant breaks or `until` says that it is enough.

    The same seed tells the same stories. `build` names a broken build of the provider, of which
    the one invariant is judged that it breaks; a story is told as short as possible if `shrinks` is
    set.
    """
    server = ForkServer()
    counts = Counts()
    judged = {BUILDS[build].breaks} if build else NUMBERS
    try:
        while counts.steps < steps and not until():
            given = {"server": server, "build": build, "judged": judged, "told": counts}
            machine = type("Machine", (Machine,), given)
            found = _played(hypothesis.seed(seed + counts.steps)(machine), shrinks=shrinks)
            if found:
                broken = "\n".join(line for each in found for line in (str(each), *_notes(each)))
                numbers = (e.number for e in found if isinstance(e, BrokenInvariantError))
                return Played(counts, broken, next(numbers, None))
    finally:
        server.close()
    return Played(counts)


def _played(machine: type[Machine], *, shrinks: bool) -> tuple[BaseException, ...]:
    """Return why the stories ended badly, if they did."""
    phases = [Phase.generate, *([Phase.shrink] if shrinks else [])]
    profile = hypothesis.settings(
        database=None,
        deadline=None,
        max_examples=STORIES,
        phases=phases,
        print_blob=False,
        stateful_step_count=STEPS_OF_A_STORY,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(machine, settings=profile)
    except (BrokenInvariantError, Flaky) as error:
        # What does not happen again comes as a group, with what happened first.
        return (error, *getattr(error, "exceptions", ()))
    return ()


def _notes(error: BaseException) -> tuple[str, ...]:
    return tuple(getattr(error, "__notes__", ()))


def main(steps: str, seed: str, build: str = "") -> int:
    """Play by hand."""
    began = time.monotonic()
    played = play(int(steps), int(seed), build=build)
    sys.stdout.write(f"{played.broken}\n{played.counts}\n{time.monotonic() - began:.1f} s\n")
    return bool(played.broken)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
