"""The waits of one process, each in its own thread; looks and lines are shared by environment."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from ..clock import Backoff, Clock
from ..domain.jobs import DesiredJob, ObservedJob, Wait
from ..domain.keys import Environment
from ..domain.plan import Ended, Settled, own_error, progress, shown
from ..domain.stale_reads import is_earlier
from ..errors import MOST_NAMES, InterruptedRunError, ServiceError, listed, one_line

if TYPE_CHECKING:
    # Types only: the program's process registers resources without ever loading botocore.
    from ..client.polling import EnvironmentPoll, Polled
    from ..client.service import JobsService

REPORT_EVERY = 30.0
"""Seconds between two lines about an environment."""

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
        self.due = 0.0
        """When the next line is due, by the clock."""

    @contextmanager
    def about(self, waiter: Waiter) -> Iterator[None]:
        """Count this wait, too, inside the block."""
        with self._lock:
            if not self._waiters:
                self.due = waiter.began + REPORT_EVERY
            self._waiters.append(waiter)
        try:
            yield
        finally:
            with self._lock:
                self._waiters.remove(waiter)

    def show(self, now: float, report: ShowLine) -> None:
        """Report how far the waits are, where that is due and no other thread has done so."""
        with self._lock:
            if now < self.due:
                return
            self.due = now + REPORT_EVERY
            line = waiting_line(self._waiters, now)
        report(line)


def waiting_line(waiters: Sequence[Waiter], now: float) -> str:
    """Return the line about the waits of one environment, at least one."""
    statuses = ", ".join(dict.fromkeys(shown(each.observed.status) for each in waiters))
    if len(waiters) == 1:
        [waiter] = waiters
        return f"waiting for {waiter.desired.label}: {statuses} after {now - waiter.began:.0f} s"
    names = [_name(each.desired) for each in waiters]
    named = listed(names[:MOST_NAMES], len(names))
    environment = waiters[0].desired.key.environment
    longest = now - min(each.began for each in waiters)
    return (
        f"waiting for {len(waiters)} jobs of {environment} ({named}): "
        f"{statuses} after {longest:.0f} s at most"
    )


def _name(desired: DesiredJob) -> str:
    """Return what distinguishes a job from the others; those of a rule all have the rule's name."""
    job_id = one_line(desired.key.job_id)
    return job_id if desired.provided is not None else desired.name or job_id


BACKOFF = Backoff(first=2.0, longest=30.0, growth=1.5)
"""The pauses before looks at a job."""


class EnvironmentWaits:
    """Waits for jobs of one environment. May be shared by threads."""

    def __init__(self, poll: EnvironmentPoll, clock: Clock, dice: random.Random) -> None:
        self._poll = poll
        self._clock = clock
        self._dice = dice
        self._reports = Reports()

    def until_settled(
        self, desired: DesiredJob, wait: Wait, observed: ObservedJob, report: ShowLine
    ) -> tuple[ObservedJob, str | None]:
        """Wait as `Waits.until_settled` says."""
        waiter = Waiter(desired, self._clock.now(), observed)
        with (
            self._reports.about(waiter),
            self._poll.polling(observed, lambda job: _believable(desired, job)) as polled,
        ):
            why = self._why_it_ends(waiter, wait, polled, report)
        return waiter.observed, f"{desired.label} was updated, but {why}" if why else None

    def _why_it_ends(
        self, waiter: Waiter, wait: Wait, polled: Polled, report: ShowLine
    ) -> str | None:
        """Wait, and return what went wrong, if anything."""
        deadline = waiter.began + wait.seconds
        latest: ObservedJob | None = waiter.observed
        looks = count(1)
        while True:
            waiter.observed = latest or waiter.observed
            state = progress(waiter.desired, latest)
            if isinstance(state, Settled):
                return None
            if isinstance(state, Ended):
                return state.reason
            now = self._clock.now()
            if now >= deadline:
                still = f"it is still {shown(waiter.observed.status)} after {wait.timeout}"
                return still + own_error(waiter.observed)
            pause = BACKOFF.pause(next(looks), self._dice)
            try:
                self._sleep_until(min(now + pause, deadline), report)
                looked = self._look(polled, pause, deadline)
            except (ServiceError, InterruptedRunError) as error:
                return f"the wait ended: {error}"
            # A look may lag behind what the service has shown already.
            stale = is_earlier(looked, waiter.observed.update_time)
            latest = waiter.observed if stale else looked

    def _look(self, polled: Polled, pause: float, deadline: float) -> ObservedJob | None:
        """Look at the job after a pause. Raises ServiceError."""
        now = self._clock.now()
        if now >= deadline:
            # The last look: what another look found may be older than the deadline.
            return self._poll.read(polled)
        return self._poll.look(polled, now - pause / 2)

    def _sleep_until(self, moment: float, report: ShowLine) -> None:
        """Sleep, and report how far the waits are when that is due."""
        while (now := self._clock.now()) < moment:
            self._clock.sleep(min(moment, self._reports.due) - now)
            self._reports.show(self._clock.now(), report)


def _believable(desired: DesiredJob, listed: ObservedJob) -> bool:
    return not isinstance(progress(desired, listed), Ended)


class Waits:
    """Waits for jobs to show what is declared. May be shared by threads."""

    def __init__(self, service: JobsService, clock: Clock, dice: random.Random) -> None:
        """`dice` jitter the pauses between two looks."""
        self._service = service
        self._clock = clock
        self._dice = dice
        self._lock = threading.Lock()
        self._environments: dict[Environment, EnvironmentWaits] = {}

    def until_settled(
        self, desired: DesiredJob, wait: Wait, observed: ObservedJob, report: ShowLine
    ) -> tuple[ObservedJob, str | None]:
        """Look at an updated job until it settles, or until the wait's timeout.

        `observed` is the job as the update's answer has it. Returns the job as it was seen last,
        and why it does not show what is declared (None: it does). Nothing is raised for a failing
        service or an interrupt: what was written stays so, whatever ends the waiting.
        """
        environment = self._environment(desired.key.environment)
        return environment.until_settled(desired, wait, observed, report)

    def _environment(self, environment: Environment) -> EnvironmentWaits:
        # Here, not above: botocore comes with it.
        from ..client.polling import EnvironmentPoll

        with self._lock:
            if environment not in self._environments:
                poll = EnvironmentPoll(self._service, environment, self._clock)
                self._environments[environment] = EnvironmentWaits(poll, self._clock, self._dice)
            return self._environments[environment]
