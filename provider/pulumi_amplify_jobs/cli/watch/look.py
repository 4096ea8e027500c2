"""Looking at jobs again and again until they are as declared, and what each look shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ...domain.jobs import JobFilter, ObservedJob
from ...domain.keys import Environment, JobKey
from ...domain.plan import shown
from ...domain.times import utc
from ...errors import AccessDeniedError, CredentialsError, RequestRefusedError, one_line, plural
from ...services import Targets
from ..errors import DONE, FAILED, PENDING, notify
from ..plan.error_lines import error_lines
from ..plan.stack_plan import PlannedJob, StackPlan, plan_stack
from ..plan.table import Row, plan_rows
from ..side_by_side import side_by_side
from ..stack import Stack

if TYPE_CHECKING:
    from ...client.environment_jobs import Listing
    from ...clock import Clock

RUNNING = JobFilter(status="RUNNING")

HOPELESS = (AccessDeniedError, CredentialsError, RequestRefusedError)
"""Errors that no waiting mends."""

HEARTBEAT = 60.0
"""Seconds after which a pipeline's log gets a line even where nothing changed."""


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


def watch_until_done(watch: Watch, show: Show, wall: Callable[[], float]) -> int:
    """Look until all is as declared, and return the exit code."""
    clock = watch.clock
    deadline = clock.now() + watch.timeout
    while True:
        look = take_look(watch, wall())
        left = max(deadline - clock.now(), 0.0)
        show(look, left)
        for line in look.hopeless:
            notify("error", line)
        if look.hopeless:
            return FAILED
        if not look.pending:
            return DONE
        if left <= 0:
            return _given_up(look)
        clock.sleep(min(watch.interval, left))


def _given_up(look: Look) -> int:
    errors = error_lines(look.plan)
    for line in errors:
        notify("error", line)
    if errors or look.failure is not None:
        return FAILED
    notify("error", f"timed out: {look.pending} not as declared")
    return PENDING


def look_rows(look: Look) -> list[Row]:
    """Return the rows of a table of all jobs that are watched."""
    others = (Row("notDone", "(not declared)", job.key, job, look.now) for job in look.others)
    return [*plan_rows(look.plan, look.now, everything=True), *others]


def summary(look: Look) -> str:
    """Return what the line below the table says of all jobs."""
    count = look.plan.count
    parts = [f"{count['nothing'] + count['skipped']} of {len(look.plan.jobs)} as declared"]
    if look.others:
        parts.append(f"{plural(len(look.others), 'other')} running")
    if look.plan.refused_rules:
        parts.append(f"{plural(look.plan.refused_rules, 'rule')} refused")
    return ", ".join(parts)


def outlook(left: float) -> str:
    """Return what it says of the seconds until the timeout."""
    seconds = max(1, math.ceil(left))
    time = f"{seconds} s" if seconds < 60 else f"{math.ceil(seconds / 60)} min"
    return f"up to {time} left, Ctrl-C to stop"


class LogEntry(NamedTuple):
    """What a log says of a job or rule: its title, how it is, and what it is once it is gone."""

    title: str
    now: str
    gone: str


LogEntries = Mapping[JobKey | str, LogEntry]


def log_entries(look: Look) -> LogEntries:
    """Return the state of each job, and of each rule that is refused.

    A job has one entry, whether the stack declares it, a rule matches it, or it only runs.
    """
    found: dict[JobKey | str, LogEntry] = {}
    for planned in look.plan.jobs:
        identity = planned.desired.key if planned.desired.provided else f"job {planned.name}"
        found[identity] = LogEntry(planned.desired.label, _state(planned), "no longer matched")
    for each in look.plan.rules:
        if each.refusals:
            reasons = "; ".join(refusal.reason for refusal in each.refusals)
            name = each.rule.name
            found[f"rule {name}"] = LogEntry(name, f"error: {reasons}", "no longer refused")
    for job in look.others:
        title = f"{job.key} (not declared)"
        found[job.key] = LogEntry(title, shown(job.status), "no longer running")
    if look.failure:
        error = one_line(str(look.failure))
        found["others"] = LogEntry("jobs that are not declared", error, "read again")
    return found


def _state(job: PlannedJob) -> str:
    live = shown(job.live.status if job.live else None)
    if job.action == "update":
        changes = ", ".join(f"{each.field} to {one_line(each.wanted)}" for each in job.changes)
        return f"{live}, apply would set {changes}"
    if job.action == "skipped":
        return f"{live}, left alone: {job.reason}"
    return f"error: {job.reason}" if job.action == "error" else f"{live}, as declared"


def news(before: LogEntries, after: LogEntries, now: float) -> list[str]:
    """Return a line for each job or rule whose state is another one than before."""
    lines = [(each.title, each.now) for key, each in after.items() if before.get(key) != each]
    lines += [(each.title, each.gone) for key, each in before.items() if key not in after]
    return [f"{utc(now)} {one_line(title)}: {line}" for title, line in lines]


def heartbeat(look: Look) -> str:
    """Return the line that says that nothing changed."""
    return f"{utc(look.now)} still waiting for {plural(look.pending, 'job')}"
