"""The project's own Pulumi program: the jobs of stack config, and their live status as outputs."""

from __future__ import annotations

import os
import signal
from types import FrameType

import pulumi

from .config import NO_JOB
from .errors import ConfigError
from .resources import BackendJob, declare_config

FAILED = 1


def run() -> None:
    """Declare the stack config's jobs and export each job's status by name.

    A wrong config ends the program with one error line for each problem.
    """
    # The engine interrupts the program when a check fails; Python would print a traceback.
    signal.signal(signal.SIGINT, _end)
    try:
        declared = declare_config()
    except ConfigError as error:
        *others, last = error.problems
        for problem in others:
            pulumi.log.error(problem)
        raise pulumi.RunError(last) from None
    if not (declared.jobs or declared.rules):
        pulumi.log.warn(NO_JOB)
    pulumi.export("statuses", {name: _live_status(job) for name, job in declared.jobs.items()})
    if declared.rules:
        pulumi.export("settled", {name: rule.settled for name, rule in declared.rules.items()})


def _live_status(job: BackendJob) -> pulumi.Output[str | None]:
    """Return the job's status; of a new job that may be left alone, nothing is known before `up`.

    In the preview of a new resource the engine shows inputs as outputs: what is wanted of the job.
    """
    return job.id.apply(lambda _: job.status) if job.is_conditional else job.status


def _end(_signal: int, _frame: FrameType | None) -> None:
    os._exit(FAILED)
