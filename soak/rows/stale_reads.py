"""Reads show jobs as they were before the update: the service is consistent later."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pulumi_amplify_jobs.emulator import Emulator
from tests.shifted_clock import ShiftedClock

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
    """Bring stacks up, and again while reads lag: some of them, or all.

    The provider believes none for ten seconds by the service's clock, which stands still: so both
    runs are within them, also on a busy machine.
    """
    for number in range(rounds):
        clock = ShiftedClock()
        clock.stand_still()
        with (
            Emulator(fault_seed=setting.random.randrange(2**32), clock=clock) as emulator,
            kind(setting.part(str(number)), emulator, JOBS) as stack,
        ):
            first = stack.bring()
            emulator.clear_requests()
            emulator.fault("stale", setting.random.choice((0.3, 1.0)))
            second = stack.bring()
            emulator.clear_faults()
            broken = [f"{each} was written again" for each in stack.updates()]
            if second.changed or any(map(second.said.get, stack.keys)):
                broken.append(f"false drift: {second.text[-500:]}")
            broken += second.wrong_end()
            yield stack.judged(stack.run, first, second, broken=tuple(broken))


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
