"""The project's own Pulumi program: the jobs of stack config, and their live status as outputs."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Collection
from typing import Any

import pulumi

from .config.stack_file import NO_JOB
from .debug_lines import keep_debug_lines
from .dynamic.sick_targets import is_unreadable
from .errors import MOST_NAMES, ConfigError, listed, plural
from .job_resource import UNCERTAIN, BackendJob
from .resources import Declared, declare, read_config


def run() -> None:
    """Declare the stack config's jobs and export each job's status by name.

    A wrong config ends the program with one error line for each problem.
    """
    gc.freeze()  # what is loaded by now stays: the collector need not go through it again
    keep_debug_lines()
    if hasattr(pulumi, "run"):
        pulumi.run(_declared_soon)
        return
    for name, value in _outputs(_declared()).items():  # a Pulumi SDK before 3.260
        pulumi.export(name, value)


async def _declared_soon() -> dict[str, Any]:
    declared = _declared()
    # Now the registrations begin, and the SDK waits for each of them. Where none has begun yet, it
    # goes through the outputs of all resources again and again: twice the time for 1,000 jobs.
    await asyncio.sleep(0)
    if declared.in_targets and pulumi.runtime.is_dry_run():
        await _fail_for_unreadable(declared)
    return _outputs(declared)


async def _fail_for_unreadable(declared: Declared) -> None:
    """Have a preview fail once all of it is shown. Raises RunError for targets that fail.

    Their resources hold back no other, so they don't fail by themselves (`dynamic.sick_targets`).
    """
    plans = ((name, resource.plan) for name, resource in declared.in_targets)
    found = [name for name, plan in plans if is_unreadable({"plan": await plan.future()})]
    if found:
        unread = plural(len(found), "resource")
        raise pulumi.RunError(
            f"{unread} could not be read: {listed(found[:MOST_NAMES], len(found))}; to settle the "
            "others all the same, use pulumi up --skip-preview --continue-on-error"
        )


def _declared() -> Declared:
    """Declare everything. Raises RunError."""
    try:
        declared = declare(read_config(), StatusJob)
    except ConfigError as error:
        *others, last = error.problems
        for problem in others:
            pulumi.log.error(problem)
        raise pulumi.RunError(last) from None
    if not (declared.jobs or declared.rules):
        pulumi.log.warn(NO_JOB)
    return declared


def _outputs(declared: Declared) -> dict[str, Any]:
    """Return the stack's outputs."""
    statuses = {name: job.status for name, job in declared.jobs.items()}
    settled = {name: rule.settled for name, rule in declared.rules.items()}
    return {"statuses": statuses, "settled": settled} if settled else {"statuses": statuses}


class StatusJob(BackendJob, module="amplify", name="BackendJob"):
    """A job of whose outputs the program reads the status only, and registers no other."""

    def _outputs_beside(self, given: Collection[str]) -> Collection[str]:
        # A job that declares its status, and is never left alone, has one in every preview.
        plain = "status" in given and UNCERTAIN.isdisjoint(given)
        return () if plain else ("status", "declared", "plan")

    @property
    def status(self) -> pulumi.Output[str | None]:
        """The live status."""
        plain: pulumi.Output[str | None] = pulumi.get(self, "status")
        return plain if self._declared is None else super().status
