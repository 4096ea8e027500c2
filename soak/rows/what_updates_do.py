"""The service ignores, refuses, delays or reverts updates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from pulumi_amplify_jobs.emulator import Emulator

from ..converging import rest
from ..engine import EngineStack
from ..hosted import HostedStack
from ..row import Row, Setting
from ..stacks import Ran, Stack
from ..trial import Trial, together

JOBS = 6
ROUNDS = 25
BEHAVIOURS = ("ignore", "refuse", "delay", "revert")


def commands(setting: Setting, rounds: int = ROUNDS) -> Iterator[Trial]:
    """`apply`, and `up` in the testing host."""
    for number in range(rounds):
        for updates in BEHAVIOURS:
            with Emulator() as emulator:
                stack = Stack(setting.part(f"apply-{updates}-{number}"), emulator, JOBS)
                yield _tried(f"{updates}: apply", stack, stack.apply, updates)
            with Emulator() as emulator:
                folder = setting.part(f"hosted-{updates}-{number}")
                with HostedStack(folder, emulator, JOBS) as hosted:
                    yield _tried(f"{updates}: up, testing host", hosted, hosted.up, updates)


def engine(setting: Setting, rounds: int = ROUNDS) -> Iterator[Trial]:
    """`pulumi up`."""
    for number in range(rounds):
        for updates in BEHAVIOURS:
            with Emulator() as emulator:
                stack = EngineStack(setting.part(f"up-{updates}-{number}"), emulator, JOBS)
                up = partial(stack.up, "--continue-on-error")
                yield _tried(f"{updates}: pulumi up", stack, up, updates)


def _tried(name: str, stack: Stack, run: Callable[[], Ran], updates: str) -> Trial:
    """Run under a behaviour, then once more after it has had its effect."""
    stack.emulator.updates = updates  # type: ignore[assignment]
    first = run()
    broken = []
    if updates == "revert":
        if first.code:
            broken.append(f"exit code {first.code}: {first.text[-500:]}")
    else:
        broken += stack.unsaid(first)
        if first.code == 0:
            broken.append("a success that is none")
    found = stack.judged(name, first, faults=JOBS, broken=tuple(broken))
    stack.emulator.advance("10s")
    stack.emulator.updates = "set"
    return together(name, [found, rest(name, stack, run, stack.unmet)])


ROW = Row(
    name="what updates do",
    fault="The service answers updates and ignores them, refuses them, sets them ten seconds "
    "later, or sets them back",
    promise="Said in each run for each job, never taken for done; the next run writes what is "
    "still to do",
    amount="25 of each",
    commands=commands,
    engine=engine,
    weight=3,
    engine_weight=4,
)
