"""Which job `latest` means: a pure function of the jobs of an environment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import one_line
from .jobs import Latest, ObservedJob
from .times import Doubt, trusted_seconds


@dataclass(frozen=True)
class Choice:
    """The latest job, and those that could be it, but for a time that is in doubt."""

    job: ObservedJob | None
    """None where no job fits."""
    doubts: tuple[str, ...] = ()
    """A line for each job in doubt."""


def newest(jobs: Iterable[ObservedJob], latest: Latest, now: float) -> Choice:
    """Choose the job that was created last among those that fit, at a moment in epoch seconds.

    A job whose createTime is in doubt is never the latest. Of jobs that were created in the same
    millisecond, the one whose ID sorts last is.
    """
    found, doubts = [], []
    for job in jobs:
        if not latest.takes(job):
            continue
        created = trusted_seconds(job.create_time, now)
        if isinstance(created, Doubt):
            named = one_line(str(job.key), 200)
            doubts.append(f"{named} can't be the latest: its createTime {created.reason}")
        else:
            found.append((created, job.key.job_id, job))
    last = max(found, key=lambda each: each[:2])[2] if found else None
    return Choice(last, tuple(sorted(doubts)))
