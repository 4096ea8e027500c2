"""Reads show jobs as they were before the update: the service is consistent later."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pulumi_amplify_jobs.emulator import Emulator

from ..engine import EngineStack
from ..hosted import HostedStack
from ..row import Row, Setting
from ..stacks import Stack
from ..trial import Trial

JOBS = 12
ROUNDS = 50


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
            emulator.fault("stale", setting.random.choice((0.3, 1.0)))
            emulator.clear_requests()
            second = stack.bring()
            broken = [f"{each} was written again" for each in stack.updates()]
            if "came back" in second.text or "RUNNING" in second.text:
                broken.append(f"false drift: {second.text[-500:]}")
            if second.code:
                broken.append(f"exit code {second.code}: {second.text[-500:]}")
            yield stack.judged(stack.run, first, second, broken=tuple(broken))


ROW = Row(
    name="stale reads",
    fault="After a write, reads show jobs as they were before it",
    promise="No drift is reported, and no job is written again",
    amount="50 stacks",
    commands=trials,
    engine=partial(trials, kind=EngineStack),
    engine_weight=2,
)
