"""Looking at jobs again and again, until they are as declared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ...domain.jobs import JobFilter
from ...domain.keys import Environment
from ...services import Services
from ..errors import DONE, FAILED, PENDING, tell
from ..plan.stack_plan import plan_stack
from ..stack import Stack
from .look import Look, undeclared

RUNNING = JobFilter(status="RUNNING")


@dataclass(frozen=True)
class Watch:
    """What is watched, and how."""

    services: Services
    stack: Stack
    environments: Sequence[Environment]
    """Where jobs that run are shown, though nothing declares them."""
    interval: float
    """Seconds between two looks."""
    timeout: float
    """Seconds after which to give up."""


class Show(Protocol):
    """Where looks are shown."""

    def look(self, look: Look, left: float) -> None:
        """Show a look; `left` are the seconds until the timeout."""


def take_look(watch: Watch, now: float) -> Look:
    """Plan the stack as it is now, and list what else runs, each environment once.

    `now` is in epoch seconds.
    """
    services = watch.services.renewed()
    plan = plan_stack(services, watch.stack, now)
    listings = services.inventory.listings(watch.environments, RUNNING)
    services.reader.close()
    jobs = [job for each in listings for job in each.jobs if job.status == RUNNING.status]
    failures = (each.failure for each in listings if each.failure is not None)
    return Look(plan, undeclared(jobs, plan.jobs), next(failures, None))


def watch_until_done(watch: Watch, show: Show, wall: Callable[[], float]) -> int:
    """Look until all is as declared, and return the exit code."""
    clock = watch.services.clock
    deadline = clock.now() + watch.timeout
    while True:
        look = take_look(watch, wall())
        left = max(deadline - clock.now(), 0.0)
        show.look(look, left)
        for line in look.hopeless:
            tell("error", line)
        if look.hopeless:
            return FAILED
        if not look.pending:
            return DONE
        if left <= 0:
            return _given_up(look)
        clock.sleep(min(watch.interval, left))


def _given_up(look: Look) -> int:
    for line in look.errors:
        tell("error", line)
    if look.errors or look.failure is not None:
        return FAILED
    tell("error", f"the timeout is over, {look.pending} not as declared")
    return PENDING
