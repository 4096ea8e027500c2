"""Reads show jobs as they were before the update: the service is consistent later."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Timer

from pulumi_amplify_jobs.emulator import Emulator

from ..engine import EngineStack
from ..hosted import HostedStack
from ..row import Row, Setting
from ..stacks import Stack
from ..trial import Trial

JOBS = 12
ROUNDS = 50
LAG = 9.5
"""Seconds after a write in which reads lag. The provider takes ten for the most, by its clock."""


def trials(
    setting: Setting, kind: type[Stack] = HostedStack, rounds: int = ROUNDS
) -> Iterator[Trial]:
    """Bring stacks up, and again while reads lag: some of them, or all."""
    for number in range(rounds):
        with (
            Emulator(fault_seed=setting.random.randrange(2**32)) as emulator,
            kind(setting.part(str(number)), emulator, JOBS) as stack,
        ):
            first = stack.bring()
            writes = [each.time / 1000 for each in emulator.requests("UpdateBackendJob")]
            emulator.clear_requests()
            with lagging(emulator, setting.random.choice((0.3, 1.0)), min(writes) + LAG):
                second = stack.bring()
            broken = [f"{each} was written again" for each in stack.updates()]
            if second.changed or any(map(second.said.get, stack.keys)):
                broken.append(f"false drift: {second.text[-500:]}")
            broken += second.wrong_end()
            yield stack.judged(stack.run, first, second, broken=tuple(broken))


@contextmanager
def lagging(emulator: Emulator, rate: float, until: float) -> Iterator[None]:
    """Have reads lag in the block, at most until a moment in epoch seconds."""
    emulator.fault("stale", rate)
    timer = Timer(max(until - time.time(), 0), emulator.clear_faults)
    timer.start()
    yield
    timer.cancel()
    emulator.clear_faults()


ROW = Row(
    name="stale reads",
    fault="For ten seconds after a write, reads show jobs as they were before it",
    promise="No drift is reported, and no job is written again",
    amount="50 stacks",
    commands=trials,
    engine=partial(trials, kind=EngineStack),
    minutes=1,
    engine_minutes=5.3,
)
