"""Updates are done, and the connection closes before anybody is told."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_amplify_jobs.emulator import Emulator

from ..converging import under_faults
from ..engine import EngineStack
from ..row import Row, Setting
from ..stacks import Stack
from ..trial import Trial

JOBS = 500


def commands(setting: Setting, jobs: int = JOBS) -> Iterator[Trial]:
    """Apply where the first answer to the update of each job is lost."""
    with Emulator() as emulator:
        stack = Stack(setting.part("apply"), emulator, jobs)
        _lose_answers(stack)
        yield under_faults("apply", stack, stack.apply)


def engine(setting: Setting, jobs: int = JOBS) -> Iterator[Trial]:
    """Bring a stack up where the first answer to the update of each job is lost."""
    with Emulator() as emulator:
        stack = EngineStack(setting.part("up"), emulator, jobs)
        _lose_answers(stack)
        yield under_faults("pulumi up", stack, stack.up)


def _lose_answers(stack: Stack) -> None:
    for _, job_id in stack.keys.values():
        stack.emulator.fault("lost", operation="UpdateBackendJob", job_id=job_id, times=1)


ROW = Row(
    name="lost answers",
    fault="500 updates are done, and their answers lost",
    promise="Every job is as declared, and was written at most once more than needed",
    amount="500 jobs",
    commands=commands,
    engine=engine,
)
