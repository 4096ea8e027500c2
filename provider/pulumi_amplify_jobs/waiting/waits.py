"""The waits of one process, environment by environment."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING

from ..clock import Clock
from ..jobs import DesiredJob, ObservedJob, Wait
from .environment import Environment
from .reports import Report

if TYPE_CHECKING:
    # Types only: the program's process registers resources without ever loading boto3.
    from ..client import JobsService


class Waits:
    """Waits for jobs to show what is declared. May be shared by threads."""

    def __init__(self, service: JobsService, clock: Clock, dice: random.Random) -> None:
        """`dice` jitter the pauses between two looks."""
        self._service = service
        self._clock = clock
        self._dice = dice
        self._lock = threading.Lock()
        self._environments: dict[tuple[str, str], Environment] = {}

    def until_settled(
        self, desired: DesiredJob, wait: Wait, observed: ObservedJob, report: Report
    ) -> tuple[ObservedJob, str | None]:
        """Look at an updated job until it settles, or until the wait's timeout.

        `observed` is the job as the update's answer has it. Returns the job as it was seen last,
        and why it does not show what is declared (None: it does). Nothing is raised for a failing
        service or an interrupt: what was written stays so, whatever ends the waiting.
        """
        environment = self._environment(desired.key.environment)
        return environment.until_settled(desired, wait, observed, report)

    def _environment(self, environment: tuple[str, str]) -> Environment:
        # Here, not above: boto3 comes with it.
        from ..client import EnvironmentPoll

        with self._lock:
            if environment not in self._environments:
                poll = EnvironmentPoll(self._service, environment, self._clock)
                self._environments[environment] = Environment(poll, self._clock, self._dice)
            return self._environments[environment]
