"""Reads show jobs as they were before the update: the service is consistent later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from pulumi_amplify_jobs.emulator import Emulator

from ..engine import EngineStack
from ..hosted import HostedStack
from ..row import Row, Setting
from ..stacks import Ran, Stack
from ..trial import Trial

JOBS = 12
ROUNDS = 50


def commands(setting: Setting, rounds: int = ROUNDS) -> Iterator[Trial]:
    """Bring stacks up in the testing host, and again while reads lag."""
    for number in range(rounds):
        with Emulator(fault_seed=setting.random.randrange(2**32)) as emulator:
            folder = setting.part(f"hosted-{number}")
            with HostedStack(folder, emulator, JOBS) as stack:
                rate = setting.random.choice((0.3, 1.0))
                yield _judged("up, testing host", stack, stack.up(), stack.up, rate)


def engine(setting: Setting, rounds: int = ROUNDS) -> Iterator[Trial]:
    """Bring stacks up under the engine, and again while reads lag."""
    for number in range(rounds):
        with Emulator(fault_seed=setting.random.randrange(2**32)) as emulator:
            stack = EngineStack(setting.part(f"up-{number}"), emulator, JOBS)
            again = partial(stack.pulumi, "up", "--yes")
            yield _judged("pulumi up", stack, stack.up(), again, 1.0)


def _judged(name: str, stack: Stack, first: Ran, again: Callable[[], Ran], rate: float) -> Trial:
    stack.emulator.fault("stale", rate)
    stack.emulator.clear_requests()
    second = again()
    broken = [f"{each} was written again" for each in stack.updates()]
    if "came back" in second.text or "RUNNING" in second.text:
        broken.append(f"false drift: {second.text[-500:]}")
    if second.code:
        broken.append(f"exit code {second.code}: {second.text[-500:]}")
    return stack.judged(name, first, second, broken=tuple(broken))


ROW = Row(
    name="stale reads",
    fault="After a write, reads show jobs as they were before it",
    promise="No drift is reported, and no job is written again",
    amount="50 stacks",
    commands=commands,
    engine=engine,
    engine_weight=2,
)
