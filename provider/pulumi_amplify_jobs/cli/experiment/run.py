"""Making the experiment: read, update once, read on. Every call is shown as it happens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...clock import Clock
from ...domain.jobs import DesiredJob, ObservedJob
from ...domain.plan import shown
from ...domain.times import moment_of
from ...errors import AmplifyJobsError, InterruptedRunError, JobMissingError, ServiceError
from .verdict import Experiment, Read, published

if TYPE_CHECKING:
    from ...client.service import JobsService


def described(found: ObservedJob | AmplifyJobsError | None) -> str:
    """Return what a call came to, in one line that may be published."""
    if found is None:
        return "no such job"
    if isinstance(found, AmplifyJobsError):
        return published(found)
    updated = moment_of(found.update_time) if found.update_time else "absent"
    return f"{shown(found.operation)}, {shown(found.status)}, updated {updated}"


@dataclass
class Experimenter:
    """Makes the calls of one experiment."""

    service: JobsService
    clock: Clock
    show: Callable[[str], None]
    """Shows a line of the transcript."""
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock.now()

    def read(self, desired: DesiredJob) -> ObservedJob:
        """Return the live job. Raises JobMissingError, ServiceError."""
        found = self.service.get(desired.key)
        self._show("read", found)
        if found is None:
            message = "the service has no such job; check its key and the region"
            raise JobMissingError(f"{desired.key}: {message}")
        return found

    def run(
        self, desired: DesiredJob, before: ObservedJob, duration: float, interval: float
    ) -> Experiment:
        """Update the job once, then read it for so many seconds. An interrupt ends the reading."""
        answer: ObservedJob | AmplifyJobsError = InterruptedRunError("interrupted")
        reads: list[Read] = []
        with suppress(KeyboardInterrupt):
            try:
                answer = self.service.update(desired.key, desired.operation, desired.status)
            except ServiceError as error:
                answer = error
            # Only now: an interrupt while it is shown takes nothing from what is known.
            self._show("update", answer)
            # What failed needs no minute: one look shows whether the job changed all the same.
            lasting = 0.0 if isinstance(answer, AmplifyJobsError) else duration
            self._read_on(desired, lasting, interval, reads)
        return Experiment(desired, before, answer, reads, duration)

    def _read_on(
        self, desired: DesiredJob, duration: float, interval: float, reads: list[Read]
    ) -> None:
        updated = self.clock.now()
        while not reads or reads[-1].seconds < duration:
            if reads:
                left = updated + duration - self.clock.now()
                self.clock.sleep(max(min(interval, left), 0.0))
            seconds = self.clock.now() - updated
            found: ObservedJob | AmplifyJobsError | None
            try:
                found = self.service.get(desired.key)
            except ServiceError as error:
                found = error
            self._show("read", found)
            reads.append(Read(seconds, found))

    def _show(self, call: str, found: ObservedJob | AmplifyJobsError | None) -> None:
        seconds = self.clock.now() - self.began
        self.show(f"{seconds:6.1f} s  {call:6}  {described(found)}")
