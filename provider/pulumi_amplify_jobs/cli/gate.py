"""The gate before every call: once it is closed, no write begins any more."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import InterruptedRunError
from ..jobs import EVERY_JOB, JobFilter, JobKey, ObservedJob

if TYPE_CHECKING:
    from ..client import JobsService, Page


class UnansweredWriteError(InterruptedRunError):
    """The run was interrupted between a write and its answer."""

    def __init__(self) -> None:
        super().__init__(
            "interrupted while UpdateBackendJob went unanswered: it may have been done or not; "
            "run amplify-jobs plan to see"
        )


@dataclass
class Gate:
    """Lets writes begin until it is closed, and knows what became of them. Shared by threads."""

    closed: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _writing: set[JobKey] = field(default_factory=set)
    _written: dict[JobKey, ObservedJob] = field(default_factory=dict)

    def close(self) -> frozenset[JobKey]:
        """Let no further write begin, and return the jobs whose write is under way."""
        with self._lock:
            self.closed.set()
            return frozenset(self._writing)

    def check(self) -> None:
        """Raise InterruptedRunError where the gate is closed."""
        if self.closed.is_set():
            raise InterruptedRunError("interrupted")

    def begin_write(self, key: JobKey) -> None:
        """Note that a write begins. Raises InterruptedRunError where the gate is closed."""
        with self._lock:
            self.check()
            self._writing.add(key)

    def end_write(self, key: JobKey, answer: ObservedJob | None) -> None:
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
class GatedService:
    """A JobsService behind a gate: it stops between the last read and the write, too."""

    inner: JobsService
    gate: Gate

    def get(self, key: JobKey) -> ObservedJob | None:
        """Return the live job. Raises InterruptedRunError where the gate is closed."""
        self.gate.check()
        return self.inner.get(key)

    def update(self, key: JobKey, operation: str | None, status: str | None) -> ObservedJob:
        """Set the fields. Raises InterruptedRunError where the gate is closed."""
        self.gate.begin_write(key)
        answer = None
        try:
            answer = self.inner.update(key, operation, status)
        except InterruptedRunError:
            # It was sent at least once, and the pause before the next attempt was cut short.
            raise UnansweredWriteError from None
        finally:
            self.gate.end_write(key, answer)
        return answer

    def list_page(
        self, environment: tuple[str, str], token: str | None, only: JobFilter = EVERY_JOB
    ) -> Page:
        """Return one page of jobs. Raises InterruptedRunError where the gate is closed."""
        self.gate.check()
        return self.inner.list_page(environment, token, only)
