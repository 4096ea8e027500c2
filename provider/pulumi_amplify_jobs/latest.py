"""Which job `latest` means: a pure function of the jobs of an environment."""

from __future__ import annotations

from collections.abc import Iterable

from .jobs import Latest, ObservedJob
from .times import epoch_seconds


def newest(jobs: Iterable[ObservedJob], latest: Latest) -> ObservedJob | None:
    """Return the job that was created last among those that fit, or None where none fits.

    A job whose createTime is absent or no number is never the latest. Of jobs that were created in
    the same millisecond, the one whose ID sorts last is.
    """
    found = [
        (created, job.key.job_id, job)
        for job in jobs
        if latest.takes(job) and (created := epoch_seconds(job.create_time)) is not None
    ]
    return max(found, key=lambda each: each[:2])[2] if found else None
