"""The service ignores, refuses, delays or reverts updates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import product

from pulumi_amplify_jobs.emulator import Emulator

from ..converging import rest
from ..engine import EngineStack
from ..hosted import HostedStack
from ..row import Row, Setting
from ..stacks import Stack
from ..trial import Trial, together

JOBS = 6
ROUNDS = 20
BEHAVIOURS = ("ignore", "refuse", "delay", "revert")
AGAIN = {"ignore": "still shows", "revert": "came back"}
"""What a run says of each job that an earlier one has written, if it knows of that."""


def trials(
    setting: Setting,
    kinds: Sequence[type[Stack]] = (Stack, HostedStack),
    rounds: int = ROUNDS,
) -> Iterator[Trial]:
    """Run twice under each behaviour, each time until it has had its effect, then once without."""
    for number, updates, kind in product(range(rounds), BEHAVIOURS, kinds):
        folder = setting.part(f"{kind.__name__}-{updates}-{number}")
        with Emulator() as emulator, kind(folder, emulator, JOBS) as stack:
            yield _tried(stack, updates)


def _tried(stack: Stack, updates: str) -> Trial:
    stack.emulator.updates = updates  # type: ignore[assignment]
    first = _run(stack, ())
    written = [name for name, (_, job_id) in stack.keys.items() if stack.updates()[job_id]]
    again = _run(stack, written if stack.has_state else ())
    stack.emulator.updates = "set"
    return together(f"{updates}: {stack.run}", [first, again, rest(stack, stack.unmet)])


def _run(stack: Stack, known: Collection[str]) -> Trial:
    """Run, and judge what it says: of known jobs also that they were written before."""
    updates = stack.emulator.updates
    well = updates == "revert" or not stack.unmet
    stack.emulator.clear_requests()
    ran = stack.bring(*stack.goes_on)
    broken = ran.wrong_end(well=well) + stack.unsaid(ran)
    words = AGAIN.get(updates, "")
    forgotten = [each for each in known if words not in ran.said.get(each, "")]
    broken += [f"{each} was written before, and that is not said" for each in forgotten]
    found = stack.judged(updates, ran, faults=len(stack.updates()), broken=tuple(broken))
    stack.emulator.advance("10s")
    return found


ROW = Row(
    name="what updates do",
    fault="The service answers updates and ignores them, refuses them, sets them ten seconds "
    "later, or sets them back",
    promise="Said in each run for each job, never taken for done; the next run writes what is "
    "still to do",
    amount="20 of each",
    commands=trials,
    engine=partial(trials, kinds=(EngineStack,)),
    minutes=6,
    engine_minutes=9.7,
)
