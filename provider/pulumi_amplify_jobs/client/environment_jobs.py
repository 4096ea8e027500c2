"""The jobs of whole environments through ListBackendJobs, and the latest of one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..domain.jobs import JobFilter, Latest, ObservedJob
from ..domain.keys import Environment, JobKey
from ..domain.latest import Choice, newest
from ..threads import all_at_once
from .paging import each_page
from .service import JobsService


@dataclass(frozen=True)
class Selection:
    """Which jobs are wanted: one of these operations and one of these statuses (empty: any)."""

    operations: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()

    @classmethod
    def of(cls, only: JobFilter) -> Selection:
        """Return the selection of what a filter takes."""
        operations = frozenset(filter(None, (only.operation,)))
        return cls(operations, frozenset(filter(None, (only.status,))))

    @property
    def sent(self) -> JobFilter:
        """What of this the service can do itself: it takes one value of each."""
        return JobFilter(_only(self.operations), _only(self.statuses))

    def takes(self, job: ObservedJob) -> bool:
        """Say whether a job is wanted."""
        return (not self.operations or job.operation in self.operations) and (
            not self.statuses or job.status in self.statuses
        )


def _only(values: frozenset[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


@dataclass(frozen=True)
class Listing:
    """What was read of one environment: all of the wanted jobs, or those before the failure."""

    environment: Environment
    jobs: tuple[ObservedJob, ...]
    failure: Exception | None = None
    target: str = ""
    """The target that was asked, by name."""

    @property
    def place(self) -> str:
        """Where that is, as people read it."""
        return f"{self.environment}@{self.target}" if self.target else str(self.environment)


OnPage = Callable[[int], None]
"""Called after each page with the number of wanted jobs that it had."""


def list_environments(
    service: JobsService,
    environments: Sequence[Environment],
    selection: Selection,
    at_once: int,
    on_page: OnPage = lambda _jobs: None,
    on_end: Callable[[], None] = lambda: None,
) -> list[Listing]:
    """List environments, so many `at_once`, and return what was read, in the given order.

    A failure is part of the environment's listing and hides no other. `on_page` and `on_end` (an
    environment is done with) are called from several threads.
    """

    def work(environment: Environment) -> Listing:
        try:
            return list_environment(service, environment, selection, on_page)
        finally:
            on_end()

    return all_at_once(work, environments, at_once, "list")


def list_environment(
    service: JobsService,
    environment: Environment,
    selection: Selection,
    on_page: OnPage = lambda _jobs: None,
) -> Listing:
    """List one environment to its end. A job that moved from page to page counts as seen last."""
    found: dict[JobKey, ObservedJob] = {}
    failure = None
    try:
        for jobs in _pages(service, environment, selection.sent):
            wanted = {job.key: job for job in jobs if selection.takes(job)}
            found.update(wanted)
            on_page(len(wanted))
    except Exception as error:  # noqa: BLE001 (what was read before it is shown)
        failure = error
    return Listing(environment, tuple(found.values()), failure)


def _pages(
    service: JobsService, environment: Environment, only: JobFilter
) -> Iterator[Sequence[ObservedJob]]:
    """Return the jobs of each page, read as it is asked for. Raises ServiceError."""
    return each_page(
        lambda token: service.list_page(environment, token, only),
        f"ListBackendJobs {environment}",
        lambda job: job.key,
    )


class NewestJobs:
    """Finds latest jobs, and remembers them. May be shared by threads."""

    def __init__(self, service: JobsService, now: Callable[[], float]) -> None:
        """`now` returns the epoch seconds that times of jobs are compared with."""
        self._service = service
        self._now = now
        # Held while listing: whoever asks for the same waits for it, and lists nothing twice.
        self._lock = threading.Lock()
        self._found: dict[tuple[Environment, Latest], Choice] = {}

    def find(self, environment: Environment, latest: Latest) -> Choice:
        """Return which job of an environment is the latest. Raises ServiceError."""
        asked = (environment, latest)
        with self._lock:
            if asked not in self._found:
                self._found[asked] = self._list(environment, latest)
            return self._found[asked]

    def _list(self, environment: Environment, latest: Latest) -> Choice:
        listing = list_environment(self._service, environment, Selection.of(latest))
        if listing.failure is not None:
            raise listing.failure
        return newest(listing.jobs, latest, self._now())
