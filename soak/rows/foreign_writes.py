"""Somebody else moves jobs between the read that a run plans by, and its write."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

from pulumi_amplify_jobs.emulator import Emulator
from tests.samples import APP

from ..engine import EngineStack
from ..row import Row, Setting
from ..stacks import STUCK, Stack
from ..trial import Trial

JOBS = 30
ROUNDS = 25
LATENCY = 0.03
MOVED_TO = "COMPLETED"
GUARDS: tuple[dict[str, Any], ...] = ({}, {"when": {"status": STUCK}})
AHEAD = 10
"""Jobs between the one that is written and those that are moved, so that no read of them is under
way: a service without conditional writes has no defence against what comes after the last read."""


def trials(setting: Setting, kind: type[Stack] = Stack, rounds: int = ROUNDS) -> Iterator[Trial]:
    """Have jobs as declared, with and without `when`, some of which move meanwhile."""
    for number, common in product(range(rounds), GUARDS):
        with Emulator(latency=LATENCY) as emulator:
            folder = setting.part(f"{len(common)}-{number}")
            yield _tried(setting, kind(folder, emulator, JOBS, common=common))


def _tried(setting: Setting, stack: Stack) -> Trial:
    """Run, and move some jobs that were planned for, and are not written yet."""
    begun = setting.random.randrange(1, 10)
    with stack.bringing(begun, *stack.goes_on, "--parallel", "1") as running:
        moved = setting.random.sample(_far_ahead(stack), 5)
        for job in moved:
            environment, job_id = stack.keys[job]
            stack.emulator.set_job(APP, environment, job_id, status=MOVED_TO)
        first = running.result()
    live = stack.live
    broken = [f"{each} was overwritten" for each in moved if live[stack.keys[each]] != MOVED_TO]
    words = f"when: status is {MOVED_TO}" if stack.common else "moved since"
    unsaid = [each for each in moved if words not in first.said.get(each, "")]
    broken += [f"{each} is not said to have moved" for each in unsaid]
    broken += [f"{each} was left" for each in {*stack.unmet} - {*moved}]
    # With `when`, a job that moved is to be left alone: that is no failure.
    broken += first.wrong_end(well=bool(stack.common))
    name = f"{stack.run}, when" if stack.common else stack.run
    return stack.judged(name, first, faults=len(moved), broken=tuple(broken))


def _far_ahead(stack: Stack) -> list[str]:
    read = {each.job_id for each in stack.emulator.requests("GetBackendJob")}
    return [name for name, (_, job_id) in stack.keys.items() if job_id not in read][AHEAD:]


ROW = Row(
    name="foreign writes",
    fault="Somebody else moves jobs after a run has planned by them, and before it writes them",
    promise="Each is reported and keeps what the other wrote; with `when`, it is left alone",
    amount="25 runs with `when`, 25 without",
    commands=trials,
    engine=partial(trials, kind=EngineStack),
    minutes=2.2,
    engine_minutes=4,
)
