"""What each rule of a run claims, judged on one census and one reading of time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import ServiceError, one_line
from .jobs import JobKey, ObservedJob
from .names import EVERYTHING, JobPattern
from .rules import Claims, Rule, claims
from .scope import Fit, Scope, fits_of
from .skew import clock_refusal, clock_warning

if TYPE_CHECKING:
    # Types only: the program's process registers resources without ever loading boto3.
    from .client import Census

MOST_LINES = 50
"""Lines about one rule; the rest is counted."""


@dataclass(frozen=True)
class Ruling:
    """What a rule comes to, and what there is to tell of it."""

    claims: Claims
    fits: tuple[Fit, ...] = ()
    """What each name and pattern of the rule fits."""
    refused: Mapping[str, str] | None = None
    """Why the service refuses to list something, by app or app/environment: that is left out."""
    ahead: float | None = None
    """Seconds that this machine's clock is ahead of the service's, as far as that is known."""

    @property
    def refusal(self) -> tuple[str, str] | None:
        """Why nothing is written, behind the rule's key that it is about; or None."""
        wrong_clock = clock_refusal(self.ahead)
        if wrong_clock is not None and self.claims.rule.match.goes_by_age:
            return "match", wrong_clock
        excess = self.claims.excess
        return None if excess is None else ("limit", excess)

    @property
    def warnings(self) -> list[str]:
        """A line for whatever is in doubt: the clock, places, names, and the times of jobs."""
        clock = clock_warning(self.ahead) if self.claims.rule.match.goes_by_age else None
        return [
            *([clock] if clock else []),
            *(f"{place} is left out: {why}" for place, why in (self.refused or {}).items()),
            *filter(None, (each.warning for each in self.fits)),
            *bounded(doubt_lines(self.claims), "jobs are in doubt"),
        ]


def doubt_lines(found: Claims) -> list[str]:
    """Return a line for each job that would match, but for a time that is in doubt."""
    return [doubt_line(job, reason) for job, reason in found.doubts]


def doubt_line(job: ObservedJob, reason: str) -> str:
    """Return the line for a job that would match, but for a time that is in doubt."""
    return f"{one_line(str(job.key), 200)} would match, but its {reason}; it is left alone"


def bounded(lines: list[str], what: str) -> list[str]:
    """Return so many lines as people read; the rest is counted."""
    more = len(lines) - MOST_LINES
    return lines if more <= 0 else [*lines[:MOST_LINES], f"and {more} more {what}"]


class Judge:
    """Judges rules. May be shared by threads."""

    def __init__(self, census: Census, declared: frozenset[JobKey], now: float) -> None:
        """Judge by a moment in epoch seconds; `declared` are the jobs that no rule may touch."""
        self.now = now
        self._census = census
        self._declared = declared

    def rule(self, rule: Rule) -> Ruling:
        """Return what a rule comes to. Raises ServiceError."""
        scope = self._census.scope(rule)
        jobs, refused = self._census.jobs(scope.of(rule), rule.sent)
        return Ruling(
            claims(rule, jobs, self._declared, self.now),
            fits_of(rule, scope, self._spared(rule, scope, jobs), [job.key for job in jobs]),
            {**scope.refused, **refused},
            self._census.clock.ahead,
        )

    def _spared(self, rule: Rule, scope: Scope, jobs: list[ObservedJob]) -> dict[JobPattern, int]:
        """Return how many jobs each exception is for, as far as the service tells.

        A list shows only jobs of the statuses that the rule asks for; an exception may be right all
        the same, so what it does not show is asked for.
        """
        found = {}
        for each in rule.exceptions:
            listed = sum(each.takes(job.key) for job in jobs)
            # Where it can't be asked for, nothing is known of it, so nothing is said.
            with suppress(ServiceError):
                found[each] = listed or self._beyond(each, rule, scope)
        return found

    def _beyond(self, exception: JobPattern, rule: Rule, scope: Scope) -> int:
        if exception.key is not None:
            return int(exception.key in self._declared or self._census.has(exception.key))
        environments = [each for each in scope.of(rule) if exception.takes_environment(each)]
        if exception.job_id == EVERYTHING:
            return len(environments)
        return self._census.count(environments, exception)


def judge_now(census: Census, declared: frozenset[JobKey]) -> Judge:
    """Return a judge who goes by this moment."""
    return Judge(census, declared, time.time())
