"""The service is gone for a while in the middle of a run: one second more or less decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from itertools import product
from threading import Event

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.limits import PATIENCE
from tests.waiting import until

from ..converging import rest
from ..engine import EngineStack
from ..row import Row, Setting
from ..stacks import Stack
from ..trial import Trial, together

SECONDS = (60.0, PATIENCE - 1, PATIENCE + 1)
KINDS = ("drop", "503", "504")
JOBS = 60
BEGUN = 10
"""Updates that are made before the service is gone."""


def trials(
    setting: Setting, kind: type[Stack] = Stack, seconds: Sequence[float] = SECONDS
) -> Iterator[Trial]:
    """Have jobs as declared, all outages at once: the runs only wait."""
    cases = list(product(KINDS, seconds))
    with ThreadPoolExecutor(len(cases)) as pool:
        running = [pool.submit(_gone, setting, kind, *case) for case in cases]
        yield from (each.result() for each in as_completed(running))


def _gone(setting: Setting, kind: type[Stack], fault: str, seconds: float) -> Trial:
    """Have the service gone for so many seconds; judge whether that was ridden out as promised."""
    with Emulator(latency=0.05) as emulator:
        stack = kind(setting.part(f"{fault}-{seconds:g}"), emulator, JOBS)
        with stack.bringing(BEGUN, "--parallel", "4") as running:
            emulator.fault(fault)
            Event().wait(seconds)
            until(lambda: stack.struck or running.done())
            emulator.clear_faults()
            first = running.result()
        left = stack.unmet
        broken = []
        if seconds < PATIENCE and first.code:
            broken.append(f"not ridden out: {first.text[-500:]}")
        if seconds > PATIENCE:
            broken += first.lacking("gave up after")
        broken += stack.unsaid(first)
        name = f"{stack.run}, {seconds:g} s"
        found = stack.judged(name, first, broken=tuple(broken))
        return together(name, [found, rest(stack, left)])


ROW = Row(
    name="outages",
    fault="The service is gone for 60, 119 and 121 seconds in the middle of a run: connections "
    "that close, 503s, 504s",
    promise="Ridden out, ridden out, and one clear line for each call that waited in vain",
    amount="three kinds of each",
    commands=trials,
    engine=partial(trials, kind=EngineStack),
    waits=True,
    minutes=2.3,
    engine_minutes=2.5,
)
