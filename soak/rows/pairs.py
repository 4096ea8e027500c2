"""Two runs at once: of one stack, of two stacks with the same jobs, and of different tools."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from pulumi_amplify_jobs.emulator import Emulator

from ..converging import rest
from ..engine import EngineStack
from ..hosted import HostedStack
from ..row import Row, Setting
from ..stacks import Ran, Stack
from ..trial import Trial, together

JOBS = 8
PAIRS = 50
LATENCY = 0.02


def trials(
    setting: Setting,
    kind: type[Stack] = Stack,
    beside: tuple[type[Stack], type[Stack]] = (HostedStack, Stack),
    pairs: int = PAIRS,
) -> Iterator[Trial]:
    """Run one stack twice, two stacks with the same jobs, and two ways beside each other."""
    for number in range(pairs):
        folder = setting.part(str(number))
        with Emulator(latency=LATENCY) as emulator:
            one = kind(folder / "one", emulator, JOBS)
            yield _both("one stack", one, one)
        with Emulator(latency=LATENCY) as emulator:
            one, two = (kind(folder / name, emulator, JOBS) for name in ("first", "second"))
            yield _both("two stacks with the same jobs", one, two)
        with Emulator(latency=LATENCY) as emulator:
            one, two = (each(folder / each.__name__, emulator, JOBS) for each in beside)
            with one, two:
                yield _both("two ways", one, two)


def _both(name: str, one: Stack, two: Stack) -> Trial:
    """Run both at once: one at least ends well, the other does, too, or says why not."""
    name = f"{name}: {one.run} beside {two.run}"
    with ThreadPoolExecutor(2) as pool:
        runs = [each.result() for each in (pool.submit(one.bring), pool.submit(two.bring))]
    codes = [each.code for each in runs]
    broken = [f"twice more than needed: {each}" for each, n in one.updates().items() if n > 2]
    if all(codes):
        broken.append(f"both failed: {runs[0].text[-300:]} | {runs[1].text[-300:]}")
    broken += [
        f"exit code {each.code}, and no word about it"
        for each in runs
        if each.code and not said(each)
    ]
    found = one.judged(
        name, *runs, faults=1, lost_writes=0, false_successes=0, broken=tuple(broken)
    )
    return together(name, [found, rest(one, one.unmet)])


def said(ran: Ran) -> bool:
    """Say whether a run that failed says that another is under way, or that jobs moved."""
    return any(words in ran.text for words in ("moved since", "locked", "conflict"))


ROW = Row(
    name="pairs",
    fault="Two runs at once: of one stack, of two stacks with the same jobs, of `up` and `apply`",
    promise="One goes on and the other says why it can't, or both are right",
    amount="50 pairs of each",
    commands=trials,
    engine=partial(trials, kind=EngineStack, beside=(EngineStack, Stack)),
    weight=3,
    engine_weight=5,
)
