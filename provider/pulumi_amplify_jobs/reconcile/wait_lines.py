"""Lines of progress: one for all waits of an environment, from whichever thread is awake first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ..domain.jobs import DesiredJob, ObservedJob
from ..domain.plan import shown
from ..errors import one_line

REPORT_EVERY = 30.0
"""Seconds between two lines about an environment."""

MOST_NAMES = 3
"""Jobs that a line names; the rest it counts."""

ShowLine = Callable[[str], None]
"""Takes one line of progress."""


@dataclass(eq=False)
class Waiter:
    """One wait: what for, since when by the clock, and the job as it was seen last."""

    desired: DesiredJob
    began: float
    observed: ObservedJob


class Reports:
    """The lines about one environment. May be shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiters: list[Waiter] = []
        self._due = 0.0

    @contextmanager
    def about(self, waiter: Waiter) -> Iterator[None]:
        """Count this wait, too, inside the block."""
        with self._lock:
            if not self._waiters:
                self._due = waiter.began + REPORT_EVERY
            self._waiters.append(waiter)
        try:
            yield
        finally:
            with self._lock:
                self._waiters.remove(waiter)

    @property
    def due(self) -> float:
        """When the next line is due, by the clock."""
        return self._due

    def show(self, now: float, report: ShowLine) -> None:
        """Report how far the waits are, where that is due and no other thread has done so."""
        with self._lock:
            if now < self._due:
                return
            self._due = now + REPORT_EVERY
            line = waiting_line(self._waiters, now)
        report(line)


def waiting_line(waiters: Sequence[Waiter], now: float) -> str:
    """Return the line about the waits of one environment, at least one."""
    statuses = ", ".join(dict.fromkeys(shown(each.observed.status) for each in waiters))
    if len(waiters) == 1:
        [waiter] = waiters
        return f"waiting for {waiter.desired.label}: {statuses} after {now - waiter.began:.0f} s"
    names = [_name(each.desired) for each in waiters]
    more = len(names) - MOST_NAMES
    listed = ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
    environment = waiters[0].desired.key.environment
    longest = now - min(each.began for each in waiters)
    return (
        f"waiting for {len(waiters)} jobs of {environment} ({listed}): "
        f"{statuses} after {longest:.0f} s at most"
    )


def _name(desired: DesiredJob) -> str:
    """Return what distinguishes a job from the others; those of a rule all have the rule's name."""
    job_id = one_line(desired.key.job_id)
    return job_id if desired.provided is not None else desired.name or job_id
