"""The service ignores, refuses, delays or reverts updates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product

from pulumi_amplify_jobs.emulator import Emulator

from ..converging import rest
from ..engine import EngineStack
from ..hosted import HostedStack
from ..row import Row, Setting
from ..stacks import Stack
from ..trial import Trial, together

JOBS = 6
ROUNDS = 25
BEHAVIOURS = ("ignore", "refuse", "delay", "revert")


def trials(
    setting: Setting,
    kinds: Sequence[type[Stack]] = (Stack, HostedStack),
    rounds: int = ROUNDS,
) -> Iterator[Trial]:
    """Run under each behaviour, then once more after it has had its effect."""
    for number, updates, kind in product(range(rounds), BEHAVIOURS, kinds):
        folder = setting.part(f"{kind.__name__}-{updates}-{number}")
        with Emulator() as emulator, kind(folder, emulator, JOBS) as stack:
            yield _tried(stack, updates)


def _tried(stack: Stack, updates: str) -> Trial:
    stack.emulator.updates = updates  # type: ignore[assignment]
    first = stack.bring(*stack.goes_on)
    if updates == "revert":
        broken = first.wrong_end()
    else:
        broken = stack.unsaid(first) + ["a success that is none"] * (first.code == 0)
    name = f"{updates}: {stack.run}"
    found = stack.judged(name, first, faults=JOBS, broken=tuple(broken))
    stack.emulator.advance("10s")
    stack.emulator.updates = "set"
    return together(name, [found, rest(stack, stack.unmet)])


ROW = Row(
    name="what updates do",
    fault="The service answers updates and ignores them, refuses them, sets them ten seconds "
    "later, or sets them back",
    promise="Said in each run for each job, never taken for done; the next run writes what is "
    "still to do",
    amount="25 of each",
    commands=trials,
    engine=partial(trials, kinds=(EngineStack,)),
    weight=3,
    engine_weight=3,
)
