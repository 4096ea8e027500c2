"""What a rule's check tells besides its properties: ages, and doubts. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import one_line
from ..jobs import ObservedJob
from ..plan import shown
from ..rules import Claims
from ..times import epoch_seconds

MOST_LINES = 50
"""Lines about one rule; the rest is counted."""


def age_lines(claims: Claims, now: float) -> list[str]:
    """Return a line for each job that the rule claims: how old it is, and how long idle."""
    aim = claims.rule.aim
    wanted = ", ".join(filter(None, (aim.operation, aim.status)))
    lines = [
        f"matches {_named(job)}: {shown(job.operation)}, {shown(job.status)} => {wanted}"
        f"{_ages(job, now)}"
        for job in claims.jobs
    ]
    return bounded(lines, "jobs match")


def doubt_lines(claims: Claims) -> list[str]:
    """Return a warning for each job that would match, but for a time that can't be used."""
    lines = [
        f"{_named(job)} would match, but its {reason}; it is left alone"
        for job, reason in claims.doubts
    ]
    return bounded(lines, "jobs are in doubt")


def unknown_line(fields: Iterable[str]) -> str:
    """Return the warning about a rule of which some arguments are known only after an update."""
    return (
        f"{' and '.join(sorted(fields))} will be known in the update only, so what matches "
        "is not known. A plain up settles what it then finds; up --plan and up --strict refuse the "
        "rule if a job matches, and the next run shows and takes it"
    )


def duration(seconds: float) -> str:
    """Return a duration in its two largest units: `9h 12m`."""
    whole = max(int(seconds), 0)
    parts = (
        ("d", whole // 86400),
        ("h", whole // 3600 % 24),
        ("m", whole // 60 % 60),
        ("s", whole % 60),
    )
    first = next((index for index, (_, count) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count}{unit}" for unit, count in parts[first : first + 2])


def _ages(job: ObservedJob, now: float) -> str:
    told = []
    for text, words in ((job.create_time, "{} old"), (job.update_time, "idle for {}")):
        since = epoch_seconds(text)
        if since is not None:
            told.append(words.format(duration(now - since)))
    return f", {', '.join(told)}" if told else ""


def _named(job: ObservedJob) -> str:
    return one_line(str(job.key), 200)


def bounded(lines: list[str], what: str) -> list[str]:
    """Return at most MOST_LINES lines, and one that counts the rest."""
    more = len(lines) - MOST_LINES
    return lines if more <= 0 else [*lines[:MOST_LINES], f"and {more} more {what}"]
