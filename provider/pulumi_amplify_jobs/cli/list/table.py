"""What `list` shows of the live jobs: their order and ages, the table, and the JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...client.environment_jobs import Listing
from ...domain.jobs import ObservedJob
from ...domain.times import Doubt, age, seconds_since, trusted_seconds
from ...errors import one_line, plural
from ..output import VERSION, observed_document
from ..tables import STATUS_STYLES, Column, Grid, Line, Styled, cell

RUNNING = "RUNNING"

JOB, ENVIRONMENT = Column("Job", takes_rest=True), Column("App/environment", below=True)
TARGET = Column("Target")
REST = (Column("Operation", below=True), Column("Status"), Column("Age"), Column("Idle"))
ONE_ENVIRONMENT: Sequence[Column] = (JOB, *REST)
SEVERAL_ENVIRONMENTS: Sequence[Column] = (JOB, ENVIRONMENT, *REST)

INDENT = 2


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


def _rank(job: ListedJob) -> tuple[Any, ...]:
    running = job.live.status == RUNNING
    age = job.age or 0
    return (not running, job.age is None, -age if running else age, job.live.key)


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


def summary(jobs: Sequence[ListedJob], environments: int, shown: int) -> str:
    """Return the last line under the list."""
    running = sum(job.live.status == RUNNING for job in jobs)
    where = f" in {environments} environments" if environments > 1 else ""
    first = f" (the first {shown} are shown)" if shown < len(jobs) else ""
    return f"{plural(len(jobs), 'job')}{where}, {running} {RUNNING}{first}."


def list_document(
    listings: Sequence[Listing],
    jobs: Sequence[ListedJob],
    errors: Mapping[str, str],
    warnings: Sequence[str],
) -> dict[str, Any]:
    """Return the list as JSON data; `errors` are by the place of a listing."""
    return {
        "version": VERSION,
        "environments": [
            {
                "appId": listing.environment.app_id,
                "backendEnvironmentName": listing.environment.name,
                "target": listing.target or None,
                "jobs": len(listing.jobs),
                "error": errors.get(listing.place),
            }
            for listing in listings
        ],
        "jobs": [
            {**observed_document(job.live), "ageSeconds": job.age, "idleSeconds": job.idle}
            for job in jobs
        ],
        "warnings": list(warnings),
    }


def listed_table(jobs: Sequence[ListedJob], columns: Sequence[Column]) -> Grid:
    """Return the table of these jobs; an error stands below its job."""
    lines = []
    for job in jobs:
        live, status = job.live, one_line(job.live.status or "-")
        texts = {
            "Job": cell(one_line(live.key.job_id), "bold"),
            "App/environment": cell(one_line(str(live.key.environment)), "dim"),
            "Target": cell(live.key.target or "-"),
            "Operation": cell(one_line(live.operation or "-")),
            "Status": cell(status, STATUS_STYLES.get(status, "")),
            "Age": cell(age(job.age) if live.create_time else "-"),
            "Idle": cell(age(job.idle) if live.update_time else "-", "dim"),
        }
        error = Styled(one_line(live.error), "red") if live.error else None
        lines.append(Line([texts[column.title] for column in columns], error))
    return Grid(columns, lines, INDENT)
