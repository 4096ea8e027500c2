"""Looking at jobs again and again until they are as declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from ...domain.jobs import JobFilter, ObservedJob
from ...domain.keys import Environment
from ...errors import AccessDeniedError, CredentialsError, RequestRefusedError, one_line
from ...services import Targets
from ..errors import DONE, FAILED, PENDING
from ..plan.error_lines import error_lines
from ..plan.stack_plan import StackPlan, plan_stack
from ..side_by_side import side_by_side
from ..stack import Stack

if TYPE_CHECKING:
    from ...client.environment_jobs import Listing
    from ...clock import Clock

RUNNING = JobFilter(status="RUNNING")

HOPELESS = (AccessDeniedError, CredentialsError, RequestRefusedError)
"""Errors that no waiting mends."""


@dataclass(frozen=True)
class Look:
    """The jobs as they were at one moment."""

    now: float
    """The moment, in epoch seconds."""
    plan: StackPlan
    others: tuple[ObservedJob, ...] = ()
    """Jobs that run, and that nothing declares."""
    failure: Exception | None = None
    """Why the others could not be read."""

    @property
    def environments(self) -> set[Environment]:
        """Those that have a job which is shown."""
        keys = (*(job.desired.key for job in self.plan.jobs), *(job.key for job in self.others))
        return {key.environment for key in keys}

    @property
    def pending(self) -> int:
        """How many jobs are not as declared yet, or not known; a rule that is refused is one."""
        refused = self.plan.refused_rules
        if not self.plan.jobs:
            return len(self.others) + (self.failure is not None) + refused
        count = self.plan.count
        return count["update"] + count["error"] + refused

    @property
    def hopeless(self) -> list[str]:
        """Why no waiting will help, in one line each."""
        rules = (
            replace(
                rule, refusals=tuple(each for each in rule.refusals if _is_hopeless(each.cause))
            )
            for rule in self.plan.rules
        )
        part = StackPlan(
            tuple(job for job in self.plan.jobs if _is_hopeless(job.cause)),
            tuple(rule for rule in rules if rule.refusals),
        )
        lines = error_lines(part)
        # What keeps a declared job from being read mostly keeps the others, too.
        if not lines and isinstance(self.failure, HOPELESS):
            lines.append(one_line(str(self.failure)))
        return lines


def _is_hopeless(cause: Exception | None) -> bool:
    """Say whether no waiting mends an error; without a cause, nothing but an edit does."""
    return cause is None or isinstance(cause, HOPELESS)


@dataclass(frozen=True)
class Watch:
    """What is watched, and how."""

    targets: Targets
    clock: Clock
    stack: Stack
    environments: Mapping[str, Sequence[Environment]]
    """Where jobs that run are shown, though nothing declares them, by target."""
    interval: float
    """Seconds between two looks."""
    timeout: float
    """Seconds after which to give up."""


Show = Callable[[Look, float], None]
"""Shows a look; takes the seconds until the timeout, too."""


def take_look(watch: Watch, now: float) -> Look:
    """Plan the stack as it is now, and list what else runs, each environment once.

    `now` is in epoch seconds.
    """
    watch.targets.renew()
    plan = plan_stack(watch.targets, watch.stack, now)
    listings = _running(watch)
    watch.targets.close()
    declared = {job.desired.key for job in plan.jobs}
    running = (job for each in listings for job in each.jobs if job.status == RUNNING.status)
    others = sorted((job for job in running if job.key not in declared), key=lambda job: job.key)
    failures = (each.failure for each in listings if each.failure is not None)
    return Look(now, plan, tuple(others), next(failures, None))


def _running(watch: Watch) -> list[Listing]:
    """Return what runs in the environments that are watched, those of targets side by side."""
    found = side_by_side(
        lambda name: watch.targets[name].inventory.listings(watch.environments[name], RUNNING),
        list(watch.environments),
    )
    return list(chain.from_iterable(found))


@dataclass(frozen=True)
class End:
    """How a watch ended: to be told when its looks are not shown any more."""

    code: int
    """The exit code."""
    errors: Sequence[str] = ()
    unseen: Sequence[Environment] = ()
    """Environments that were named, and in which no look has shown a job."""


def watch_until_done(watch: Watch, show: Show, wall: Callable[[], float]) -> End:
    """Look until all is as declared, and return how it ended."""
    clock = watch.clock
    deadline = clock.now() + watch.timeout
    unseen = sorted(watch.stack.environments)
    while True:
        look = take_look(watch, wall())
        left = max(deadline - clock.now(), 0.0)
        show(look, left)
        unseen = [each for each in unseen if each not in look.environments]
        if look.hopeless:
            return End(FAILED, look.hopeless)
        if not look.pending:
            return End(DONE, unseen=unseen)
        if left <= 0:
            return _given_up(look)
        clock.sleep(min(watch.interval, left))


def _given_up(look: Look) -> End:
    errors = error_lines(look.plan)
    if errors or look.failure is not None:
        return End(FAILED, errors or [one_line(str(look.failure))])
    return End(PENDING, [f"timed out: {look.pending} not as declared"])
