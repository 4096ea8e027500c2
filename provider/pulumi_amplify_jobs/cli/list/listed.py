"""What `list` shows of the live jobs: order, ages, one JSON document. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...domain.jobs import ObservedJob
from ...domain.times import Doubt, seconds_since, trusted_seconds
from ...errors import one_line
from ..plan.documents import VERSION, observed_document
from ..plan.rows import plural

if TYPE_CHECKING:
    from ...client import Listing

RUNNING = "RUNNING"


@dataclass(frozen=True)
class ListedJob:
    """A live job with its ages in seconds; None where the service gives no usable time."""

    live: ObservedJob
    age: int | None
    """Since createTime."""
    idle: int | None
    """Since updateTime."""


def in_order(listings: Sequence[Listing], now: float) -> list[ListedJob]:
    """Return the jobs: RUNNING ones first, oldest first, then the others, newest first.

    A job of unknown age is last among its own. `now` is in epoch seconds.
    """
    jobs = [
        ListedJob(live, seconds_since(live.create_time, now), seconds_since(live.update_time, now))
        for listing in listings
        for live in listing.jobs
    ]
    return sorted(jobs, key=_rank)


def doubts(jobs: Sequence[ListedJob], now: float) -> list[str]:
    """Return a line for each time that is there, but in doubt."""
    return [
        f"{one_line(str(job.live.key), 200)}: {name} {since.reason}"
        for job in jobs
        for name, time in (
            ("createTime", job.live.create_time),
            ("updateTime", job.live.update_time),
        )
        if time and isinstance(since := trusted_seconds(time, now), Doubt)
    ]


def _rank(job: ListedJob) -> tuple[Any, ...]:
    running = job.live.status == RUNNING
    age = job.age or 0
    return (not running, job.age is None, -age if running else age, job.live.key)


def summary(jobs: Sequence[ListedJob], environments: int, shown: int) -> str:
    """Return the last line under the list."""
    running = sum(job.live.status == RUNNING for job in jobs)
    where = f" in {environments} environments" if environments > 1 else ""
    first = f" (the first {shown} are shown)" if shown < len(jobs) else ""
    return f"{plural(len(jobs), 'job')}{where}, {running} {RUNNING}{first}."


def empty_environments(listings: Sequence[Listing]) -> list[str]:
    """Return the environments that were read to their end and have no wanted job."""
    return [
        str(listing.environment)
        for listing in listings
        if not listing.jobs and listing.failure is None
    ]


def list_document(
    listings: Sequence[Listing],
    jobs: Sequence[ListedJob],
    errors: Mapping[str, str],
    warnings: Sequence[str],
) -> dict[str, Any]:
    """Return the list as JSON data; `errors` are by environment, written APP/ENVIRONMENT."""
    return {
        "version": VERSION,
        "environments": [
            {
                "appId": listing.environment[0],
                "backendEnvironmentName": listing.environment[1],
                "jobs": len(listing.jobs),
                "error": errors.get(str(listing.environment)),
            }
            for listing in listings
        ],
        "jobs": [
            {**observed_document(job.live), "ageSeconds": job.age, "idleSeconds": job.idle}
            for job in jobs
        ],
        "warnings": list(warnings),
    }
