"""The waits for jobs of one environment: each in its own thread, their looks and lines shared."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ..clock import Clock
from ..errors import InterruptedRunError, ServiceError
from ..jobs import DesiredJob, ObservedJob, Wait
from ..plan import Ended, Settled, own_error, progress, shown
from .pauses import pauses
from .reports import Report, Reports, Waiter

if TYPE_CHECKING:
    # Types only: the program's process registers resources without ever loading boto3.
    from ..client import EnvironmentPoll, Polled


class Environment:
    """Waits for jobs of one environment. May be shared by threads."""

    def __init__(self, poll: EnvironmentPoll, clock: Clock, dice: random.Random) -> None:
        self._poll = poll
        self._clock = clock
        self._dice = dice
        self._reports = Reports()

    def until_settled(
        self, desired: DesiredJob, wait: Wait, observed: ObservedJob, report: Report
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
        self, waiter: Waiter, wait: Wait, polled: Polled, report: Report
    ) -> str | None:
        """Wait, and return what went wrong, if anything."""
        deadline = waiter.began + wait.seconds
        next_pause = pauses(self._dice)
        latest: ObservedJob | None = waiter.observed
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
            pause = next(next_pause)
            try:
                self._sleep_until(min(now + pause, deadline), report)
                latest = self._look(polled, pause, deadline)
            except (ServiceError, InterruptedRunError) as error:
                return f"the wait ended: {error}"

    def _look(self, polled: Polled, pause: float, deadline: float) -> ObservedJob | None:
        """Look at the job after a pause. Raises ServiceError."""
        now = self._clock.now()
        if now >= deadline:
            # The last look: what another look found may be older than the deadline.
            return self._poll.read(polled)
        return self._poll.look(polled, now - pause / 2)

    def _sleep_until(self, moment: float, report: Report) -> None:
        """Sleep, and tell how far the waits are when that is due."""
        while (now := self._clock.now()) < moment:
            self._clock.sleep(min(moment, self._reports.due) - now)
            self._reports.tell(self._clock.now(), report)


def _believable(desired: DesiredJob, listed: ObservedJob) -> bool:
    return not isinstance(progress(desired, listed), Ended)
