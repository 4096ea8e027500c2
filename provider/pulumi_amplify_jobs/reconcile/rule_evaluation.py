"""What each rule of a run comes to: the one place where rules are evaluated.

The provider, `plan`, `apply` and `watch` all ask here, so that they say the same of a rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..domain.app_selection import Fit, Scope, fits_of
from ..domain.clock_skew import clock_refusal, clock_warning
from ..domain.jobs import ObservedJob
from ..domain.keys import JobKey
from ..domain.name_patterns import EVERYTHING, JobPattern
from ..domain.rules import Matches, Rule, match, match_jobs
from ..errors import MOST_NAMES, ServiceError, line_for, one_line, plural

if TYPE_CHECKING:
    # Types only: the program's process registers resources without ever loading botocore.
    from ..client.inventory import Inventory

MOST_LINES = 50
"""Lines about one rule; the rest is counted."""


@dataclass(frozen=True)
class Refusal:
    """Why a rule writes nothing."""

    key: str
    """The rule's key that it is about, such as `limit`."""
    reason: str
    cause: Exception | None = None
    """The failed read behind it: another run may succeed."""


@dataclass(frozen=True)
class Evaluation:
    """What a rule comes to, as data."""

    matches: Matches
    """The jobs that match, also where the rule is refused."""
    refusals: tuple[Refusal, ...] = ()
    """Empty where the rule may write."""
    warnings: tuple[str, ...] = ()
    """A line for whatever is in doubt: the clock, places, names, and the times of jobs."""
    fits: tuple[Fit, ...] = ()
    """What each name and pattern of the rule fits."""
    now: float = 0.0
    """The moment that ages were counted to, in epoch seconds."""

    @property
    def rule(self) -> Rule:
        """The rule that was evaluated."""
        return self.matches.rule

    @property
    def failure(self) -> Exception | None:
        """The failed read that alone keeps the rule from writing."""
        return self.refusals[0].cause if len(self.refusals) == 1 else None

    @property
    def error_lines(self) -> list[str]:
        """A line for each refusal, beginning with the rule's name."""
        return [f"{self.rule.name}: {each.reason}" for each in self.refusals]

    @property
    def warning_lines(self) -> list[str]:
        """The warnings, each beginning with the rule's name."""
        return [f"{self.rule.name}: {line}" for line in self.warnings]


@dataclass(frozen=True)
class Found:
    """What was read for a rule, or why it could not be."""

    matches: Matches
    fits: tuple[Fit, ...] = ()
    left_out: tuple[str, ...] = ()
    """A line for each place that the service refuses to list."""
    failure: Exception | None = None


def evaluate(found: Sequence[Found], ahead: float | None, now: float) -> list[Evaluation]:
    """Evaluate the rules of a run against each other, in the given order.

    `ahead` are the seconds that this machine's clock is ahead of the service's, None where that is
    not known; `now` is in epoch seconds.
    """
    rules_by_job = _rules_by_job(found)
    return [
        Evaluation(
            each.matches,
            tuple(_refusals(each, found, rules_by_job, ahead, now)),
            tuple(_warnings(each, ahead)),
            each.fits,
            now,
        )
        for each in found
    ]


def _refusals(
    each: Found,
    found: Sequence[Found],
    rules_by_job: Mapping[JobKey, list[str]],
    ahead: float | None,
    now: float,
) -> Iterable[Refusal]:
    rule = each.matches.rule
    wrong_clock = clock_refusal(ahead)
    if each.failure is not None:
        yield Refusal("apps", line_for(each.failure), each.failure)
    elif wrong_clock is not None and rule.match.goes_by_age:
        # What matches is not known then, so neither is whether it is too much.
        yield Refusal("match", wrong_clock)
    else:
        contested = _contested(each.matches, rules_by_job)
        yield from (Refusal("match", line) for line in bounded(contested, most=MOST_NAMES))
        yield from _uncertain(each.matches, found, now)
        if each.matches.excess is not None:
            yield Refusal("limit", each.matches.excess)


def _rules_by_job(found: Iterable[Found]) -> dict[JobKey, list[str]]:
    """Return the names of the rules that match each job; two rules may have the same."""
    rules = defaultdict(list)
    for each in found:
        for job in each.matches.jobs:
            rules[job.key].append(each.matches.rule.name)
    return rules


def _contested(own: Matches, rules_by_job: Mapping[JobKey, list[str]]) -> list[str]:
    """Return a line for each job that another rule matches, too."""
    return [
        contest(names, job.key)
        for job in own.jobs
        for names in [rules_by_job[job.key]]
        if len(names) > 1
    ]


def contest(names: Iterable[str], key: JobKey) -> str:
    """Say that two rules or more, by their names, match one job."""
    *others, last = sorted(names)
    how_many = "both" if len(others) == 1 else "all"
    return (
        f"{', '.join(others)} and {last} {how_many} match {one_line(str(key), 200)}, so nothing is "
        "written: narrow one of the rules, or add the job to its except"
    )


def _uncertain(own: Matches, found: Iterable[Found], now: float) -> Iterable[Refusal]:
    """Refuse a rule that matches what a rule that could not be evaluated may match, too."""
    for other in found:
        if other.failure is None:
            continue
        rule = other.matches.rule
        near = (job for job in own.jobs if rule.may_be_about(job.key.environment))
        job = next((job for job in near if match(rule, job, now) is True), None)
        if job is not None:
            yield Refusal(
                "match",
                f"{rule.name} could not be evaluated and may match "
                f"{one_line(str(job.key), 200)}, too, so nothing is written",
                other.failure,
            )


def _warnings(each: Found, ahead: float | None) -> Iterable[str]:
    clock = clock_warning(ahead) if each.matches.rule.match.goes_by_age else None
    if clock is not None:
        yield clock
    yield from each.left_out
    yield from filter(None, (fit.warning for fit in each.fits))
    doubts = [
        f"{one_line(str(job.key), 200)} would match, but its {reason}; it is left alone"
        for job, reason in each.matches.doubts
    ]
    yield from bounded(doubts, "in doubt")


def bounded(lines: list[str], what: str = "", most: int = MOST_LINES) -> list[str]:
    """Return so many lines about a job each as people read; the rest is counted."""
    more = len(lines) - most
    return lines if more <= 0 else [*lines[:most], f"and {plural(more, 'more job')} {what}".strip()]


class RuleEvaluator:
    """Evaluates the rules of a run at one moment. What it reads for a rule, it reads once."""

    def __init__(self, inventory: Inventory, declared: frozenset[JobKey], now: float) -> None:
        """Evaluate at a moment in epoch seconds; `declared` are the jobs that no rule may touch."""
        self.now = now
        self._inventory = inventory
        self._declared = declared
        self._found: dict[Rule, Found] = {}

    def evaluate(self, rules: Iterable[Rule]) -> list[Evaluation]:
        """Evaluate rules, in the given order. A rule that can't be read is refused."""
        found = [self._find(rule) for rule in rules]
        return evaluate(found, self._inventory.clock.ahead, self.now)

    def _find(self, rule: Rule) -> Found:
        if rule not in self._found:
            try:
                self._found[rule] = self._read(rule)
            except Exception as error:  # noqa: BLE001 (one rule's error must not hide the others)
                self._found[rule] = Found(Matches(rule, ()), failure=error)
        return self._found[rule]

    def _read(self, rule: Rule) -> Found:
        """Read what a rule is about. Raises ServiceError."""
        scope = self._inventory.scope(rule)
        jobs, refused = self._inventory.jobs(scope.of(rule), rule.sent)
        places = {**scope.refused, **refused}
        return Found(
            match_jobs(rule, jobs, self._declared, self.now),
            fits_of(rule, scope, self._excepted(rule, scope, jobs), [job.key for job in jobs]),
            tuple(f"{place} is left out: {why}" for place, why in places.items()),
        )

    def _excepted(self, rule: Rule, scope: Scope, jobs: list[ObservedJob]) -> dict[JobPattern, int]:
        """Return how many jobs each exception is for, as far as the service shows.

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
            key = replace(exception.key, target=rule.target)
            return int(key in self._declared or self._inventory.has(key))
        environments = [each for each in scope.of(rule) if exception.takes_environment(each)]
        if exception.job_id == EVERYTHING:
            return len(environments)
        return self._inventory.count(environments, exception)
