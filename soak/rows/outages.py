"""The service is gone for a while in the middle of a run: one second more or less decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Event

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.limits import PATIENCE
from tests.waiting import until

from ..converging import rest
from ..engine import EngineStack
from ..row import Row, Setting
from ..stacks import Ran, Stack
from ..trial import Trial, together

SECONDS = (60.0, PATIENCE - 1, PATIENCE + 1)
KINDS = ("drop", "503", "504")
JOBS = 60
BEGUN = 10
"""Updates that are made before the service is gone."""


def commands(setting: Setting, seconds: Sequence[float] = SECONDS) -> Iterator[Trial]:
    """Apply, all outages at once: they only wait."""

    def begun(folder: Path, emulator: Emulator) -> tuple[Stack, Run]:
        stack = Stack(folder, emulator, JOBS)
        return stack, stack.apply

    yield from _side_by_side(setting, seconds, "apply", begun)


def engine(setting: Setting, seconds: Sequence[float] = SECONDS) -> Iterator[Trial]:
    """Bring stacks up, all outages at once."""

    def begun(folder: Path, emulator: Emulator) -> tuple[Stack, Run]:
        stack = EngineStack(folder, emulator, JOBS)
        return stack, stack.up

    yield from _side_by_side(setting, seconds, "pulumi up", begun)


Run = Callable[..., Ran]
Begin = Callable[[Path, Emulator], tuple[Stack, Run]]


def _side_by_side(
    setting: Setting, seconds: Sequence[float], name: str, begin: Begin
) -> Iterator[Trial]:
    def trial(kind: str, gone: float) -> Trial:
        folder = setting.part(f"{kind}-{gone:g}")
        with Emulator(latency=0.05) as emulator, ThreadPoolExecutor(1) as pool:
            stack, run = begin(folder, emulator)
            running = pool.submit(run, "--parallel", "4")
            return _gone(f"{name}, {gone:g} s", stack, running.result, run, kind, gone)

    cases = [(kind, each) for each in seconds for kind in KINDS]
    with ThreadPoolExecutor(len(cases)) as pool:
        running = [pool.submit(trial, *case) for case in cases]
        yield from (each.result() for each in as_completed(running))


def _gone(
    name: str, stack: Stack, end: Callable[[], Ran], run: Run, kind: str, seconds: float
) -> Trial:
    """Have the service gone for so many seconds; judge whether that was ridden out as promised."""
    until(lambda: len(stack.updates()) >= BEGUN, "the first updates")
    stack.emulator.fault(kind)
    Event().wait(seconds)
    stack.emulator.clear_faults()
    first = end()
    left = stack.unmet
    broken = []
    if seconds < PATIENCE and first.code:
        broken.append(f"not ridden out: {first.text[-500:]}")
    if seconds > PATIENCE and "gave up after" not in first.text:
        broken.append(f"not said: {first.text[-500:]}")
    broken += stack.unsaid(first)
    found = stack.judged(name, first, broken=tuple(broken))
    return together(name, [found, rest(name, stack, run, left)])


ROW = Row(
    name="outages",
    fault="The service is gone for 60, 119 and 121 seconds in the middle of a run: connections "
    "that close, 503s, 504s",
    promise="Ridden out, ridden out, and one clear line for each call that waited in vain",
    amount="three kinds of each",
    commands=commands,
    engine=engine,
    weight=1.5,
)
