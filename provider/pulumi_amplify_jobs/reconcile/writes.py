"""Writes that can be interrupted: once they are stopped, no call begins any more."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..domain.jobs import EVERY_JOB, JobFilter, ObservedJob
from ..domain.keys import Environment, JobKey
from ..errors import InterruptedRunError

if TYPE_CHECKING:
    from ..client.responses import Page
    from ..client.service import JobsService


class UnansweredWriteError(InterruptedRunError):
    """The run was interrupted between a write and its answer."""

    def __init__(self) -> None:
        super().__init__(
            "interrupted before UpdateBackendJob was answered: it may or may not have taken "
            "effect; run amplify-jobs plan to check"
        )


@dataclass
class Writes:
    """The writes of a run: which are under way, and what became of them. Shared by threads."""

    stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _writing: set[JobKey] = field(default_factory=set)
    _written: dict[JobKey, ObservedJob] = field(default_factory=dict)

    def guarded(self, service: JobsService) -> InterruptibleService:
        """Return a service whose writes these are."""
        return InterruptibleService(service, self)

    def stop(self) -> frozenset[JobKey]:
        """Let no further write begin, and return the jobs whose write is under way."""
        with self._lock:
            self.stopped.set()
            return frozenset(self._writing)

    def check(self) -> None:
        """Raise InterruptedRunError once writes are stopped."""
        if self.stopped.is_set():
            raise InterruptedRunError("interrupted")

    def begin(self, key: JobKey) -> None:
        """Note that a write begins. Raises InterruptedRunError once writes are stopped."""
        with self._lock:
            self.check()
            self._writing.add(key)

    def end(self, key: JobKey, answer: ObservedJob | None) -> None:
        """Note that a write ended, with the service's answer or without."""
        with self._lock:
            self._writing.discard(key)
            if answer is not None:
                self._written[key] = answer

    def is_writing(self, key: JobKey) -> bool:
        """Say whether a write of this job is under way."""
        with self._lock:
            return key in self._writing

    def answer(self, key: JobKey) -> ObservedJob | None:
        """Return what the service answered to the job's write, or None where there is none yet."""
        with self._lock:
            return self._written.get(key)


@dataclass(frozen=True)
class InterruptibleService:
    """A JobsService that stops between the last read of a job and its write, too."""

    inner: JobsService
    writes: Writes

    def get(self, key: JobKey) -> ObservedJob | None:
        """Return the live job. Raises InterruptedRunError once writes are stopped."""
        self.writes.check()
        return self.inner.get(key)

    def update(self, key: JobKey, operation: str | None, status: str | None) -> ObservedJob:
        """Set the fields. Raises InterruptedRunError once writes are stopped."""
        self.writes.begin(key)
        answer = None
        try:
            answer = self.inner.update(key, operation, status)
        except InterruptedRunError:
            # It was sent at least once, and the pause before the next attempt was cut short.
            raise UnansweredWriteError from None
        finally:
            self.writes.end(key, answer)
        return answer

    def list_page(
        self, environment: Environment, token: str | None, only: JobFilter = EVERY_JOB
    ) -> Page:
        """Return one page of jobs. Raises InterruptedRunError once writes are stopped."""
        self.writes.check()
        return self.inner.list_page(environment, token, only)
