"""What an experiment shows: pure functions of what was asked, answered and read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ...domain.jobs import DesiredJob, ObservedJob
from ...domain.plan import FIELDS, changes_of, shown
from ...errors import (
    AccessDeniedError,
    AmplifyJobsError,
    CredentialsError,
    RequestRefusedError,
    one_line,
)

Name = Literal["set", "ignored", "refused", "reverted", "unknown"]

TITLES: dict[Name, str] = {
    "set": "set",
    "ignored": "ignored",
    "refused": "refused",
    "reverted": "set and set back",
    "unknown": "not known",
}


ACCOUNT_ID = re.compile(r"(?<=:)\d{12}(?=:)")
"""An AWS account's ID in an ARN."""


def published(error: AmplifyJobsError) -> str:
    """Return what an error says, in one line that may be published."""
    return ACCOUNT_ID.sub("*" * 12, one_line(str(error)))


@dataclass(frozen=True)
class Verdict:
    """What the service made of the update, and what shows it."""

    name: Name
    reason: str

    def __str__(self) -> str:
        return f"{TITLES[self.name]}: {self.reason}"


@dataclass(frozen=True)
class Read:
    """One look at the job: so many seconds after the update, and what it found."""

    seconds: float
    found: ObservedJob | AmplifyJobsError | None
    """None: the service has no such job."""


@dataclass(frozen=True)
class Experiment:
    """All that was asked, answered and read."""

    desired: DesiredJob
    before: ObservedJob
    """The job immediately before the update."""
    answer: ObservedJob | AmplifyJobsError
    """The update's answer, or what it failed with."""
    reads: Sequence[Read]
    duration: float
    """The seconds for which the job was to be read."""

    @property
    def verdict(self) -> Verdict:
        """What is sure. Whatever may have another cause than the update is not known."""
        if isinstance(self.answer, RequestRefusedError):
            return self._refused(self.answer)
        if isinstance(self.answer, AccessDeniedError | CredentialsError):
            return _unknown(f"the update was not made: {published(self.answer)}")
        if isinstance(self.answer, AmplifyJobsError):
            why = f"the update has no answer ({published(self.answer)})"
            return _unknown(f"{why}; it may have been made or not")
        cut_short = self._cut_short()
        if cut_short:
            return _unknown(cut_short)
        return self._answered(self.answer)

    def _refused(self, error: RequestRefusedError) -> Verdict:
        moved = [each for each in self._seen if not self._as_before(each)]
        if moved:
            return _unknown(f"the update was refused, yet the job then showed {_state(moved[-1])}")
        return Verdict("refused", published(error))

    def _cut_short(self) -> str | None:
        """Return why the reads are not enough, or None."""
        if not self.reads or self.reads[-1].seconds < self.duration:
            after = self.reads[-1].seconds if self.reads else 0
            return f"reading ended {after:.0f} s after the update"
        last = self.reads[-1].found
        if isinstance(last, AmplifyJobsError):
            return f"the last read failed: {published(last)}"
        if any(each.found is None for each in self.reads):
            return "the service no longer has the job"
        return None

    def _answered(self, answer: ObservedJob) -> Verdict:
        shows = [not changes_of(self.desired, each) for each in self._seen]
        last = self._seen[-1]
        then = f"{self.reads[-1].seconds:.0f} s after the update"
        if changes_of(self.desired, answer):
            if all(map(self._as_before, (answer, *self._seen))):
                return Verdict(
                    "ignored", f"the answer and {len(shows)} reads show {_state(last)}, as before"
                )
            if shows[-1]:
                return _unknown("the answer did not show it, later reads do: it may have come so")
            return _unknown(f"it was not set as a whole: {then}, the job shows {_state(last)}")
        if shows[-1]:
            if shows == sorted(shows):
                return Verdict("set", f"{then}, the job still shows {_state(last)}")
            return _unknown("the reads showed it, then not, then again")
        if not any(shows):
            return _unknown(f"the answer showed it, no read did: {_state(last)}")
        if self._as_before(last):
            return Verdict("reverted", f"{then}, the job shows {_state(last)} again")
        return _unknown(f"it was set, and changed on: {then}, the job shows {_state(last)}")

    @property
    def _seen(self) -> list[ObservedJob]:
        return [each.found for each in self.reads if isinstance(each.found, ObservedJob)]

    def _as_before(self, job: ObservedJob) -> bool:
        return all(getattr(job, field) == getattr(self.before, field) for field in FIELDS)


def _unknown(reason: str) -> Verdict:
    return Verdict("unknown", reason)


def _state(job: ObservedJob) -> str:
    return f"{shown(job.operation)}, {shown(job.status)}"
