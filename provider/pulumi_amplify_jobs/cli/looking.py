"""Looking at the jobs of environments again and again, until they are as declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ..clock import Clock
from ..errors import ServiceError
from ..jobs import App, DesiredJob, LatestJob, ObservedJob
from ..judging import doubt_line
from ..plan import plan
from ..rules import Claimed, Doubtful, Rule, desired, judge
from ..scope import fits_of
from ..skew import ServiceClock, clock_refusal, clock_warning
from .environments import Environment
from .failures import DONE, FAILED, PENDING, tell
from .planning import PlannedJob, plan_all, plan_latest, reconciler
from .watched import Look, undeclared

if TYPE_CHECKING:
    from ..client import Census, JobsService

RUNNING = frozenset({"RUNNING"})


@dataclass(frozen=True)
class Watch:
    """What is watched, and how."""

    service: JobsService
    clock: Clock
    environments: Sequence[Environment]
    jobs: Sequence[DesiredJob]
    latest: Sequence[LatestJob]
    rules: Sequence[Rule]
    apps: Mapping[str, App]
    """Apps by ID, as far as rules go by what they are called."""
    interval: float
    """Seconds between two looks."""
    timeout: float
    """Seconds after which to give up."""
    service_clock: ServiceClock = field(default_factory=ServiceClock)
    """What observes the answers of the service."""


class Show(Protocol):
    """Where looks are shown."""

    def look(self, look: Look, left: float) -> None:
        """Show a look; `left` are the seconds until the timeout."""


def take_look(watch: Watch, now: float) -> Look:
    """Look at every job once: one filtered list for each environment, and what it doesn't show."""
    from ..client import Selection, list_environments

    prepared = reconciler(watch.service, watch.clock, watch.service_clock)
    planned = plan_all(prepared, watch.jobs)
    planned += plan_latest(prepared, watch.latest, planned)
    prepared.reader.close()
    listings = list_environments(
        watch.service, watch.environments, Selection(statuses=RUNNING), lambda _: None, lambda: None
    )
    running = [job for listing in listings for job in listing.jobs]
    failures = [listing.failure for listing in listings if listing.failure is not None]
    others = undeclared(running, planned)
    judged = [_claim(watch, each, now) for each in others]
    everything = (*planned, *(each for each in judged if isinstance(each, PlannedJob)))
    ahead = watch.service_clock.ahead
    doubts = [each for each in judged if isinstance(each, str)]
    by_age = any(rule.match.goes_by_age for rule in watch.rules)
    return Look(
        everything,
        undeclared(others, everything),
        next(iter(failures), None),
        warnings=tuple(filter(None, [clock_warning(ahead), *_warnings(planned), *doubts])),
        wrong_clock=clock_refusal(ahead) if by_age else None,
    )


def _warnings(planned: Sequence[PlannedJob]) -> list[str]:
    return [f"{job.name}: {line}" for job in planned for line in job.warnings]


def _claim(watch: Watch, job: ObservedJob, now: float) -> PlannedJob | str | None:
    """Return what a rule would do to a job, or why that is in doubt."""
    app_id, environment = job.key.environment
    app = watch.apps.get(app_id, App(app_id, "", {}))
    for rule in watch.rules:
        if not (rule.apps.takes(app) and rule.takes_environment(environment)):
            continue
        judgement = judge(rule, job, now)
        if isinstance(judgement, Claimed):
            wanted = desired(rule, job, now)
            return PlannedJob(wanted, plan(wanted, job), job)
        if isinstance(judgement, Doubtful):
            return f"{rule.name}: {doubt_line(job, judgement.reason)}"
    return None


def unfit_names(census: Census, rules: Sequence[Rule]) -> list[str]:
    """Return a line for each name of a rule that fits no app or environment.

    That is looked for once, before the first look; where it can't be, the line says why.
    """
    lines = []
    for rule in rules:
        try:
            found = [each.warning for each in fits_of(rule, census.scope(rule), {}, ())]
        except ServiceError as error:
            found = [f"what its names match is not known: {error}"]
        lines += [f"{rule.name}: {line}" for line in found if line]
    return lines


def watch_until_done(watch: Watch, show: Show, wall: Callable[[], float]) -> int:
    """Look until all is as declared, and return the exit code."""
    deadline = watch.clock.now() + watch.timeout
    while True:
        look = take_look(watch, wall())
        left = max(deadline - watch.clock.now(), 0.0)
        show.look(look, left)
        if look.hopeless is not None:
            tell("error", look.hopeless)
            return FAILED
        if not look.pending:
            return DONE
        if left <= 0:
            return _given_up(look)
        watch.clock.sleep(min(watch.interval, left))


def _given_up(look: Look) -> int:
    errors = [job for job in look.planned if job.action == "error"]
    for job in errors:
        tell("error", f"{job.desired.label}: {job.reason}")
    if errors or look.failure is not None:
        return FAILED
    tell("error", f"the timeout is over, {look.pending} not as declared")
    return PENDING
