"""Three in ten calls fail, in ten different ways."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pulumi_amplify_jobs.emulator import Emulator

from ..converging import under_faults
from ..engine import EngineStack
from ..row import Row, Setting
from ..stacks import Stack
from ..trial import Trial

KINDS = ("429", "500", "502", "503", "504", "drop", "truncated", "foreign", "empty", "lost")
RATE = 0.3
JOBS = 1000
SEEDS = 20


def trials(
    setting: Setting, kind: type[Stack] = Stack, jobs: int = JOBS, seeds: int = SEEDS
) -> Iterator[Trial]:
    """Have jobs as declared under faults."""
    for number in range(seeds):
        with _failing(setting) as emulator:
            stack = kind(setting.part(str(number)), emulator, jobs)
            yield under_faults(stack, extra_writes=jobs)


def _failing(setting: Setting) -> Emulator:
    emulator = Emulator(fault_seed=setting.random.randrange(2**32))
    for kind in KINDS:
        emulator.fault(kind, RATE / len(KINDS))
    return emulator


ROW = Row(
    name="mixed faults",
    fault="Three in ten calls fail: throttled, 500, 502, 503, 504, reset, truncated, of another "
    "job, empty, or done with the answer lost",
    promise="Every run ends with 0 at once, or names what is left; the next one does the rest",
    amount="20 seeds, 1,000 jobs each",
    commands=trials,
    engine=partial(trials, kind=EngineStack),
    minutes=9.5,
    engine_minutes=32.5,
)
