"""Updates are done, and the connection closes before anybody is told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pulumi_amplify_jobs.emulator import Emulator

from ..converging import under_faults
from ..engine import EngineStack
from ..row import Row, Setting
from ..stacks import Stack
from ..trial import Trial

JOBS = 500


def trials(setting: Setting, kind: type[Stack] = Stack, jobs: int = JOBS) -> Iterator[Trial]:
    """Have jobs as declared where the first answer to the update of each is lost."""
    with Emulator() as emulator:
        stack = kind(setting.part("stack"), emulator, jobs)
        for _, job_id in stack.keys.values():
            emulator.fault("lost", operation="UpdateBackendJob", job_id=job_id, times=1)
        yield under_faults(stack)


ROW = Row(
    name="lost answers",
    fault="500 updates are done, and their answers lost",
    promise="Every job is as declared, and was written at most once more than needed",
    amount="500 jobs",
    commands=trials,
    engine=partial(trials, kind=EngineStack),
    minutes=0.2,
    engine_minutes=0.6,
)
