"""What a report says of a preview: plain data, the same for every format."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeGuard

from ..domain.keys import JobKey
from ..domain.plan import RunAction
from ..domain.times import LONGEST_SKEW, Doubt, since_amplify, utc
from ..errors import AmplifyJobsError, plural

Action: TypeAlias = RunAction

WORDS: Mapping[Action, str] = {
    "update": "changed",
    "adopt": "adopted",
    "record": "recorded",
    "forget": "forgotten",
    "skipped": "left alone",
    "error": "error",
    "unchanged": "as declared",
}
ACTIONS = tuple(WORDS)
"""In the order in which a summary counts them."""

PENDING: frozenset[Action] = frozenset({"update", "adopt", "record", "forget"})
"""What `pulumi up` has work with."""


Moment = float | Doubt | None
"""Epoch seconds, or why they are in doubt; None: not known."""


class ReportError(AmplifyJobsError):
    """There is no report to make of this; the message says what, why, and what to do."""


@dataclass(frozen=True)
class Cell:
    """A field of a job: what it is live, and what it is to become (None: stays, or is absent)."""

    live: str | None = None
    wanted: str | None = None


@dataclass(frozen=True)
class ReportedJob:
    """One job of a preview. Texts are as the service and the config have them: not escaped."""

    name: str
    """The Pulumi resource name; of a job that a rule matches, the rule's."""
    action: Action
    key: JobKey | None = None
    """None where the source has none; a part that only `up` will know stands in brackets."""
    operation: Cell = Cell()
    status: Cell = Cell()
    created: Moment = None
    """createTime."""
    updated: Moment = None
    """updateTime: since when the live job is as it is."""
    reason: str | None = None
    """Why it is changed, left alone, or can't be planned: one line."""
    by_rule: bool = False
    """Whether a rule matches it, and not a declaration by name."""
    target: str = ""
    """The target that it is in, by name; empty where it has none."""

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is in doubt, such as `createTime is 1970-01-21T…`."""
        times = (("createTime", self.created), ("updateTime", self.updated))
        return tuple(f"{name} {time.reason}" for name, time in times if isinstance(time, Doubt))

    @property
    def stuck(self) -> bool:
        """Whether the job runs, and is to be ended."""
        return self.action == "update" and self.status.live == "RUNNING"


@dataclass(frozen=True)
class Report:
    """A preview of a stack, as its reviewers want it: the jobs in a stable order."""

    stack: str | None
    project: str | None
    jobs: tuple[ReportedJob, ...]
    problems: tuple[str, ...] = ()
    """Errors that concern no single job, such as a wrong config: one line each."""
    warnings: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets that the jobs are in, in order; an empty name for the jobs without one."""
        return tuple(dict.fromkeys(job.target for job in self.jobs))

    @property
    def by_target(self) -> bool:
        """Whether the jobs are in several targets."""
        return len(self.targets) > 1

    @property
    def without_lone_target(self) -> Report:
        """The same report; where all jobs are in one target, none of them names it."""
        if self.by_target:
            return self
        return replace(self, jobs=tuple(replace(job, target="") for job in self.jobs))

    def count(self, action: Action) -> int:
        """Count the jobs with this action."""
        return sum(job.action == action for job in self.jobs)

    def of(self, actions: Collection[Action]) -> tuple[ReportedJob, ...]:
        """Return the jobs with one of these actions, in order."""
        return tuple(job for job in self.jobs if job.action in actions)

    @property
    def errors(self) -> int:
        """How many things are wrong."""
        return self.count("error") + len(self.problems)

    @property
    def pending(self) -> bool:
        """Whether `pulumi up` would change a job or the state."""
        return any(job.action in PENDING for job in self.jobs)

    @property
    def summary(self) -> str:
        """The report in one line, such as `2 jobs change, 1 left alone, 1 error`."""
        changes = self.count("update")
        parts = [f"{changes} jobs change" if changes > 1 else f"{changes or 'no'} job changes"]
        parts += [
            f"{number} {WORDS[action]}" for action in ACTIONS[1:5] if (number := self.count(action))
        ]
        if self.errors:
            parts.append(plural(self.errors, "error"))
        return ", ".join(parts)


def is_known(moment: Moment) -> TypeGuard[float]:
    """Say whether a time is known, and not in doubt."""
    return moment is not None and not isinstance(moment, Doubt)


def believed(created: float | None, updated: float | None) -> tuple[Moment, Moment]:
    """Return createTime and updateTime, in epoch seconds, each with why it is in doubt.

    What the service can't have written is: a moment before 2017, or that a job was created more
    than 5 minutes after its update. A moment that is yet to come is known as such only there.
    """
    first, last = _possible(created), _possible(updated)
    if is_known(first) and is_known(last) and first - last > LONGEST_SKEW:
        return Doubt(f"is {utc(first)}, and updateTime {utc(last)}, which is before it"), last
    return first, last


def _possible(seconds: float | None) -> Moment:
    return None if seconds is None else since_amplify(seconds)
