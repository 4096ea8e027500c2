"""Two runs at once: of one stack, of two stacks with the same jobs, and of different tools."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby

from pulumi_amplify_jobs.emulator import Emulator
from tests.waiting import until

from ..converging import rest
from ..engine import EngineStack
from ..hosted import HostedStack
from ..row import Row, Setting
from ..stacks import Ran, Stack
from ..trial import Trial, together

JOBS = 16
PAIRS = 50
LATENCY = 0.02
SLOW = 1.0
"""Seconds for each call until both runs have made one, so that neither has ended by then."""
OTHER_KEY = "AKIACANARY0KEYID0001"
"""What the second run signs its calls with; that of the first is like it."""


def trials(
    setting: Setting,
    kind: type[Stack] = Stack,
    beside: tuple[type[Stack], type[Stack]] = (HostedStack, Stack),
    pairs: int = PAIRS,
) -> Iterator[Trial]:
    """Run one stack twice, two stacks with the same jobs, and two ways beside each other.

    Every other time two runs of a kind start at once: then they contend for the lock, too.
    """
    for number in range(pairs):
        folder, ahead = setting.part(str(number)), (number + 1) % 2
        with _recording() as emulator:
            one = kind(folder / "one", emulator, JOBS)
            yield _both("one stack", one, one, ahead)
        with _recording() as emulator:
            one, two = (kind(folder / name, emulator, JOBS) for name in ("first", "second"))
            yield _both("two stacks with the same jobs", one, two, ahead)
        with _recording() as emulator:
            one, two = (each(folder / each.__name__, emulator, JOBS) for each in beside)
            with one, two:
                # A command starts so much faster than the other that it would have ended before.
                yield _both("two ways", one, two, ahead=1)


def _recording() -> Emulator:
    """Return an emulator that records whose calls it gets, as one with accounts does."""
    return Emulator(latency=LATENCY, seed={"accounts": {"111122223333": {}}})


def _both(name: str, one: Stack, two: Stack, ahead: int) -> Trial:
    """Run both at once: one at least ends well, the other does, too, or says why not.

    The second one begins when the first, which brings one job after the other, is so many writes
    ahead.
    """
    name = f"{name}: {one.run} beside {two.run}"
    emulator = one.emulator
    with one.bringing(ahead, "--parallel", "1") as first:
        emulator.latency = SLOW
        with two.bringing(0, AWS_ACCESS_KEY_ID=OTHER_KEY) as second:
            until(lambda: first.done() or second.done() or len(_callers(emulator)) > 1)
            emulator.latency = LATENCY
        runs = [first.result(), second.result()]
    codes = [each.code for each in runs]
    broken = [f"twice more than needed: {each}" for each, n in one.updates().items() if n > 2]
    if all(codes):
        broken.append(f"both failed: {runs[0].text[-300:]} | {runs[1].text[-300:]}")
    broken += [
        f"exit code {each.code}, and no word about it"
        for each in runs
        if each.code and not said(each)
    ]
    # One run made calls both before and after some of the other, or was refused for it.
    met = any(codes) or len(_callers(emulator)) > 2
    found = one.judged(name, *runs, faults=int(met), broken=tuple(broken))
    return together(name, [found, rest(one, one.unmet)])


def _callers(emulator: Emulator) -> list[str | None]:
    """Return with which keys calls were made, each time that it was another one than before."""
    return [key for key, _ in groupby(each.access_key_id for each in emulator.requests())]


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
    minutes=6.5,
    engine_minutes=15.2,
)
