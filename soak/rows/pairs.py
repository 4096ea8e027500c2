"""Two runs at once: of one stack, of two stacks with the same jobs, and of different tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

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


def commands(setting: Setting, pairs: int = PAIRS) -> Iterator[Trial]:
    """Two `apply`s, of one folder and of two, and `up` in the testing host beside `apply`."""
    for number in range(pairs):
        folder = setting.part(f"pair-{number}")
        with Emulator(latency=LATENCY) as emulator:
            one = Stack(folder / "one", emulator, JOBS)
            yield _both("two applies of one stack", one, one.apply, one.apply)
        with Emulator(latency=LATENCY) as emulator:
            one, two = (Stack(folder / name, emulator, JOBS) for name in ("first", "second"))
            yield _both("two stacks with the same jobs", one, one.apply, two.apply)
        with Emulator(latency=LATENCY) as emulator:
            one = Stack(folder / "command", emulator, JOBS)
            with HostedStack(folder / "hosted", emulator, JOBS) as hosted:
                yield _both("up, testing host, beside apply", hosted, hosted.up, one.apply)


def engine(setting: Setting, pairs: int = PAIRS) -> Iterator[Trial]:
    """Two `pulumi up`s, of one stack and of two, and `pulumi up` beside `apply`."""
    for number in range(pairs):
        folder = setting.part(f"pair-{number}")
        with Emulator(latency=LATENCY) as emulator:
            one = EngineStack(folder / "one", emulator, JOBS)
            yield _both("two ups of one stack", one, one.up, one.up)
        with Emulator(latency=LATENCY) as emulator:
            one, two = (EngineStack(folder / name, emulator, JOBS) for name in ("first", "second"))
            yield _both("two stacks with the same jobs", one, one.up, two.up)
        with Emulator(latency=LATENCY) as emulator:
            up, command = (
                EngineStack(folder / "up", emulator, JOBS),
                Stack(folder / "apply", emulator, JOBS),
            )
            yield _both("pulumi up beside apply", up, up.up, command.apply)


def _both(name: str, stack: Stack, one: Callable[[], Ran], two: Callable[[], Ran]) -> Trial:
    """Run both at once: one at least ends well, the other does, too, or says why not."""
    with ThreadPoolExecutor(2) as pool:
        runs = [each.result() for each in (pool.submit(one), pool.submit(two))]
    codes = [each.code for each in runs]
    broken = [f"twice more than needed: {each}" for each, n in stack.updates().items() if n > 2]
    if all(codes):
        broken.append(f"both failed: {runs[0].text[-300:]} | {runs[1].text[-300:]}")
    broken += [
        f"exit code {each.code}, and no word about it"
        for each in runs
        if each.code and not said(each)
    ]
    found = stack.judged(
        name, *runs, faults=1, lost_writes=0, false_successes=0, broken=tuple(broken)
    )
    return together(name, [found, rest(name, stack, one, stack.unmet)])


def said(ran: Ran) -> bool:
    """Say whether a run that failed says that another is under way, or that jobs moved."""
    return any(words in ran.text for words in ("moved since", "locked", "conflict"))


ROW = Row(
    name="pairs",
    fault="Two runs at once: of one stack, of two stacks with the same jobs, of `up` and `apply`",
    promise="One goes on and the other says why it can't, or both are right",
    amount="50 pairs of each",
    commands=commands,
    engine=engine,
    weight=3,
    engine_weight=6,
)
