"""The project's own Pulumi program: the jobs of stack config, and their live status as outputs."""

from __future__ import annotations

import pulumi

from .config.stack_file import NO_JOB
from .errors import ConfigError
from .resources import declare_config


def run() -> None:
    """Declare the stack config's jobs and export each job's status by name.

    A wrong config ends the program with one error line for each problem.
    """
    try:
        declared = declare_config()
    except ConfigError as error:
        *others, last = error.problems
        for problem in others:
            pulumi.log.error(problem)
        raise pulumi.RunError(last) from None
    if not (declared.jobs or declared.rules):
        pulumi.log.warn(NO_JOB)
    pulumi.export("statuses", {name: job.status for name, job in declared.jobs.items()})
    if declared.rules:
        pulumi.export("settled", {name: rule.settled for name, rule in declared.rules.items()})
