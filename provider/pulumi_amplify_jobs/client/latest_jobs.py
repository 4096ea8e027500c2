"""The latest job of an environment, each list read once in a process."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..domain.jobs import Latest
from ..domain.keys import Environment
from ..domain.latest import Choice, newest
from .environment_jobs import Selection, list_environment
from .service import JobsService


class NewestJobs:
    """Finds latest jobs, and remembers them. May be shared by threads."""

    def __init__(self, service: JobsService, now: Callable[[], float]) -> None:
        """`now` tells the epoch seconds that times of jobs are held against."""
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
        only = Selection(
            frozenset(filter(None, (latest.operation,))), frozenset(filter(None, (latest.status,)))
        )
        listing = list_environment(self._service, environment, only, lambda _: None)
        if listing.failure is not None:
            raise listing.failure
        return newest(listing.jobs, latest, self._now())
