"""Which jobs a rule matches: pure functions of the rule, the jobs as listed and one moment.

A rule says what no job may stay: for example RUNNING for six hours. Nobody names the jobs; they are
found. Therefore a job matches only where nothing is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import MOST_NAMES, listed, one_line
from .jobs import App, DesiredJob, JobFilter, ObservedJob, Wait
from .keys import Environment, JobKey, key_part_problem
from .name_patterns import JobPattern, fits, is_pattern
from .times import Doubt, epoch_seconds, trusted_seconds


@dataclass(frozen=True)
class AppSelector:
    """Which apps a rule is about: those with these IDs, or those that fit a name and tags."""

    ids: tuple[str, ...] = ()
    """IDs, or patterns of them; `*` is every app."""
    name_matches: str | None = None
    """A pattern such as `shop-*`."""
    tags: tuple[tuple[str, str], ...] = ()
    """Every one of them, key and value, has to be there."""

    @property
    def named(self) -> tuple[str, ...] | None:
        """The IDs, where they name the apps: then nobody needs to look for any."""
        return self.ids if self.ids and not any(map(is_pattern, self.ids)) else None

    def takes(self, app: App) -> bool:
        """Say whether the rule is about this app."""
        if self.ids:
            return any(fits(each, app.app_id) for each in self.ids)
        named = self.name_matches is None or fits(self.name_matches, app.name)
        return named and all(app.tags.get(key) == value for key, value in self.tags)


@dataclass(frozen=True)
class Criteria:
    """What a job must be like, all of it; what is empty or None asks for nothing."""

    statuses: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    older_than: float | None = None
    """Seconds since createTime, at least."""
    idle_for: float | None = None
    """Seconds since updateTime, at least."""

    @property
    def goes_by_age(self) -> bool:
        """Whether it matters what time it is."""
        return self.older_than is not None or self.idle_for is not None


@dataclass(frozen=True)
class Aim:
    """What a job that matches is brought to: at least one of the two."""

    operation: str | None = None
    status: str | None = None

    def is_reached(self, job: ObservedJob) -> bool:
        """Say whether the job shows it already."""
        return self.operation in (None, job.operation) and self.status in (None, job.status)

    def is_everywhere_in(self, match: Criteria) -> str | None:
        """Say how every job that meets the criteria is as aimed at, or None where one may not be.

        Such a rule would never do anything.
        """
        parts = []
        for field, aim, asked in (
            ("operation", self.operation, match.operations),
            ("status", self.status, match.statuses),
        ):
            if aim is not None:
                if asked != {aim}:
                    return None
                parts.append(f"{field} {aim}")
        return ", ".join(parts) or None


@dataclass(frozen=True)
class Rule:
    """A rule of the stack config."""

    name: str
    apps: AppSelector
    environments: tuple[str, ...]
    """Names of backend environments, or patterns of them; `*` is every one."""
    match: Criteria
    aim: Aim
    limit: int
    """The most jobs that the rule may match at once; more is an error."""
    exceptions: tuple[JobPattern, ...] = ()
    wait: Wait | None = None
    target: str = ""
    """The target that it is about, by name; empty: the stack's own settings say where."""

    @property
    def sent(self) -> JobFilter:
        """What the service itself can filter by: one status. So lists serve several rules."""
        statuses = self.match.statuses
        return JobFilter(status=next(iter(statuses)) if len(statuses) == 1 else None)

    def takes_environment(self, name: str) -> bool:
        """Say whether the rule is about backend environments of this name."""
        return any(fits(each, name) for each in self.environments)

    def may_be_about(self, environment: Environment) -> bool:
        """Say whether the rule is about an environment, as far as its app's ID says."""
        app_id, name = environment
        may_take = not self.apps.ids or self.apps.takes(App(app_id, "", {}))
        return self.takes_environment(name) and may_take


def match(rule: Rule, job: ObservedJob, now: float) -> bool | Doubt:
    """Say whether a job matches at a moment in epoch seconds; exactly old enough is old enough.

    Where all but its times and ID fits, and one of these is in doubt, the doubt is the answer.
    """
    asked = rule.match
    if any(each.takes(job.key) for each in rule.exceptions) or rule.aim.is_reached(job):
        return False
    if asked.statuses and job.status not in asked.statuses:
        return False
    if asked.operations and job.operation not in asked.operations:
        return False
    doubts = []
    if key_part_problem(job.key.job_id) is not None:
        doubts.append("jobId can't be used in a request's path")
    for field, text, least in (
        ("createTime", job.create_time, asked.older_than),
        ("updateTime", job.update_time, asked.idle_for),
    ):
        if least is None:
            continue
        since = trusted_seconds(text, now)
        if isinstance(since, Doubt):
            doubts.append(f"{field} {since.reason}")
        elif now - since < least:
            return False
    return Doubt(" and ".join(doubts)) if doubts else True


@dataclass(frozen=True)
class StillMatches:
    """What must hold of a job right before the write."""

    rule: Rule
    now: float
    """The run's one reading of the clock, in epoch seconds."""

    def __call__(self, job: ObservedJob) -> str | None:
        """Say that the rule no longer matches the job, or return None."""
        if match(self.rule, job, self.now) is True:
            return None
        return f"the rule {self.rule.name} no longer matches it"


def desired(rule: Rule, job: ObservedJob, now: float) -> DesiredJob:
    """Return what a rule wants of a job that it matches. A job that is gone is left at that."""
    return DesiredJob(
        key=job.key,
        operation=rule.aim.operation,
        status=rule.aim.status,
        provided=StillMatches(rule, now),
        if_missing="ignore",
        wait=rule.wait,
        name=rule.name,
    )


@dataclass(frozen=True)
class Matches:
    """What one rule matches, the oldest job first, and what is in doubt, with the reason."""

    rule: Rule
    jobs: tuple[ObservedJob, ...]
    doubts: tuple[tuple[ObservedJob, str], ...] = ()

    @property
    def excess(self) -> str | None:
        """Say that these are more jobs than the rule's limit, or return None."""
        if len(self.jobs) <= self.rule.limit:
            return None
        first = [one_line(str(job.key), 120) for job in self.jobs[:MOST_NAMES]]
        named = listed(first, len(self.jobs))
        matching = "1 job matches" if len(self.jobs) == 1 else f"{len(self.jobs)} jobs match"
        return (
            f"{matching}, more than the limit of {self.rule.limit}, so nothing is written: "
            f"{named}; review them, then narrow the rule or raise its limit"
        )


def match_jobs(
    rule: Rule, jobs: Iterable[ObservedJob], declared: frozenset[JobKey], now: float
) -> Matches:
    """Return what a rule matches of the jobs that were listed for it.

    A job that is declared by name is never touched by a rule.
    """
    answers = [(job, match(rule, job, now)) for job in jobs if job.key not in declared]
    matching = sorted((job for job, answer in answers if answer is True), key=_oldest_first)
    doubts = ((job, answer.reason) for job, answer in answers if isinstance(answer, Doubt))
    return Matches(rule, tuple(matching), tuple(doubts))


def _oldest_first(job: ObservedJob) -> tuple[float, JobKey]:
    since = epoch_seconds(job.create_time)
    return (float("inf") if since is None else since, job.key)
