"""How watch writes a log: a line for each change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, NamedTuple

import click

from ...domain.keys import JobKey
from ...domain.plan import shown
from ...domain.times import utc
from ...errors import one_line, plural
from ..errors import notify
from ..plan.stack_plan import PlannedJob
from .look import Look

HEARTBEAT = 60.0
"""Seconds after which a pipeline's log gets a line even where nothing changed."""


class LogLines:
    """A line for each change, with the time; and one now and then where nothing changes."""

    def __init__(self, stream: IO[Any]) -> None:
        self._stream = stream
        self._before: LogEntries = {}
        self._written = 0.0
        self._warned: set[str] = set()

    def look(self, look: Look, left: float) -> None:  # noqa: ARG002 (a log has its own times)
        """Write what is new."""
        for warning in look.plan.all_warnings:
            if warning not in self._warned:
                self._warned.add(warning)
                notify("warning", warning)
        after = log_entries(look)
        lines = news(self._before, after, look.now)
        if not lines and look.pending and look.now - self._written >= HEARTBEAT:
            lines = [heartbeat(look)]
        for line in lines:
            click.echo(line, file=self._stream)
            self._written = look.now
        self._before = after


class LogEntry(NamedTuple):
    """What a log says of a job or rule: its title, how it is, and what it is once it is gone."""

    title: str
    now: str
    gone: str


LogEntries = Mapping[JobKey | str, LogEntry]


def log_entries(look: Look) -> LogEntries:
    """Return the state of each job, and of each rule that is refused.

    A job has one entry, whether the stack declares it, a rule matches it, or it only runs.
    """
    found: dict[JobKey | str, LogEntry] = {}
    for planned in look.plan.jobs:
        identity = planned.desired.key if planned.desired.provided else f"job {planned.name}"
        found[identity] = LogEntry(planned.desired.label, _state(planned), "no longer matched")
    for each in look.plan.rules:
        if each.refusals:
            reasons = "; ".join(refusal.reason for refusal in each.refusals)
            name = each.rule.name
            found[f"rule {name}"] = LogEntry(name, f"error: {reasons}", "no longer refused")
    for job in look.others:
        title = f"{job.key} (not declared)"
        found[job.key] = LogEntry(title, shown(job.status), "no longer running")
    if look.failure:
        error = one_line(str(look.failure))
        found["others"] = LogEntry("jobs that are not declared", error, "read again")
    return found


def _state(job: PlannedJob) -> str:
    live = shown(job.live.status if job.live else None)
    if job.action == "update":
        changes = ", ".join(f"{each.field} to {one_line(each.wanted)}" for each in job.changes)
        return f"{live}, apply would set {changes}"
    if job.action == "skipped":
        return f"{live}, left alone: {job.reason}"
    return f"error: {job.reason}" if job.action == "error" else f"{live}, as declared"


def news(before: LogEntries, after: LogEntries, now: float) -> list[str]:
    """Return a line for each job or rule whose state is another one than before."""
    lines = [(each.title, each.now) for key, each in after.items() if before.get(key) != each]
    lines += [(each.title, each.gone) for key, each in before.items() if key not in after]
    return [f"{utc(now)} {one_line(title)}: {line}" for title, line in lines]


def heartbeat(look: Look) -> str:
    """Return the line that says that nothing changed."""
    return f"{utc(look.now)} still waiting for {plural(look.pending, 'job')}"
