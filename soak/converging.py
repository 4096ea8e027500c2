"""The shape of most trials: a run under faults, then one without, after which nothing is left."""

from __future__ import annotations

from collections.abc import Collection

from .stacks import Stack
from .trial import Trial, together


def under_faults(stack: Stack, extra_writes: int = 1) -> Trial:
    """Run under the faults that the emulator has, then without them; judge both.

    The first run ends well, or names every job that it leaves. The second does the rest, and no
    more. A job is written at most so many times more than once.
    """
    first = stack.bring()
    left = stack.unmet
    broken = stack.unsaid(first)
    written = stack.updates()
    often = [each for each, count in written.items() if count > 1 + extra_writes]
    broken += [f"{each} was written {written[each]} times" for each in often]
    if left and first.code == 0:
        broken.append(f"{len(left)} jobs are left, and the exit code is 0")
    trial = stack.judged(stack.run, first, wasted=stack.struck, broken=tuple(broken))
    return together(stack.run, [trial, rest(stack, left)])


def rest(stack: Stack, left: Collection[str], **environs: str) -> Trial:
    """Run without faults, and judge that just what was left is done."""
    stack.emulator.clear_faults()
    stack.emulator.clear_requests()
    again = stack.bring(**environs)
    broken = [f"exit code {again.code} without faults: {again.text[-500:]}"] * (again.code != 0)
    ids = {stack.keys[each][1] for each in left}
    broken += [f"{each} was written again" for each in stack.updates() if each not in ids]
    return stack.judged("the rest", again, broken=tuple(broken))
