"""How old the jobs are that a rule claims: no property can hold it. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from ..domain.jobs import ObservedJob
from ..domain.plan import shown
from ..domain.rules import Claims
from ..domain.times import Doubt, duration, trusted_seconds
from ..errors import one_line
from ..reconcile.rule_evaluation import bounded


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


def unknown_line(fields: Iterable[str]) -> str:
    """Return the warning about a rule of which some arguments are known only after an update."""
    return (
        f"{' and '.join(sorted(fields))} will be known in the update only, so what matches "
        "is not known. A plain up settles what it then finds; up --plan and up --strict refuse the "
        "rule if a job matches, and the next run shows and takes it"
    )


def _ages(job: ObservedJob, now: float) -> str:
    told = []
    for text, words in ((job.create_time, "{} old"), (job.update_time, "idle for {}")):
        since = trusted_seconds(text, now)
        if not isinstance(since, Doubt):
            told.append(words.format(duration(now - since)))
    return f", {', '.join(told)}" if told else ""


def _named(job: ObservedJob) -> str:
    return one_line(str(job.key), 200)
