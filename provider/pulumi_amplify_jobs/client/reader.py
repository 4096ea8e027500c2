"""Coalesced reads: many jobs of one environment through few ListBackendJobs calls.

What a list shows counts; what it does not show is asked for by GetBackendJob, as a list may be
stale. For the n jobs of an environment that are asked for, no more than 2 n calls are made.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from contextlib import suppress

from ..domain.jobs import ObservedJob
from ..domain.keys import Environment, JobKey
from ..errors import (
    AccessDeniedError,
    InterruptedRunError,
    MalformedAnswerError,
    RequestRefusedError,
)
from .service import JobsService

UNLISTABLE = (AccessDeniedError, MalformedAnswerError, RequestRefusedError)
"""Errors of a list call after which single reads may still work."""


def worth_another_page(asked: int, answered: int, pages: int) -> bool:
    """Decide whether listing on beats single reads, and keeps within 2 calls for each job.

    A lone job is read by itself. A further page is worth its call while the pages so far have
    answered about one asked-for job each: an environment whose jobs are mostly undeclared is left
    to single reads after two pages in vain.
    """
    return asked > 1 and pages < asked and pages < answered + 2


class EnvironmentReads:
    """What was read of one environment so far. May be shared by threads."""

    def __init__(self, service: JobsService, environment: Environment) -> None:
        self._service = service
        self._environment = environment
        self._lock = threading.Lock()
        self._listed: dict[JobKey, ObservedJob] = {}
        self._token: str | None = None
        self._tokens: set[str] = set()
        self._exhausted = False
        self._asked: set[JobKey] = set()
        self._pages = 0

    def listed(self, keys: Iterable[JobKey]) -> dict[JobKey, ObservedJob]:
        """Return those of the jobs that a list shows, listing only as far as that pays.

        Raises ServiceError where the service can't be asked at all.
        """
        wanted = set(keys)
        with self._lock:
            self._asked |= wanted
            while not (wanted <= self._listed.keys() or self._exhausted) and self._worthwhile():
                self._list_on()
            return {key: self._listed[key] for key in wanted & self._listed.keys()}

    def _worthwhile(self) -> bool:
        answered = len(self._asked & self._listed.keys())
        return worth_another_page(len(self._asked), answered, self._pages)

    def _list_on(self) -> None:
        self._pages += 1
        try:
            jobs, self._token = self._service.list_page(self._environment, self._token)
        except UNLISTABLE:
            self._exhausted = True
            return
        for job in jobs:
            self._listed.setdefault(job.key, job)
        # A token that comes again would list in a circle.
        self._exhausted = self._token is None or self._token in self._tokens
        if self._token is not None:
            self._tokens.add(self._token)


class JobReader:
    """Reads each job once in a process and remembers it. May be shared by threads."""

    def __init__(self, service: JobsService, at_once: int) -> None:
        """So many reads may be in flight `at_once`."""
        self._service = service
        self._lock = threading.Lock()
        self._environments: dict[Environment, EnvironmentReads] = {}
        self._reads: dict[JobKey, Future[ObservedJob | None]] = {}
        self._closed = False
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="amplify-jobs-read")

    def prefetch(self, keys: Iterable[JobKey]) -> None:
        """Start to read these jobs in the background; `read` then has them or waits for them."""
        groups: dict[Environment, list[JobKey]] = defaultdict(list)
        for key in keys:
            if self._take(key):
                groups[key.environment].append(key)
        for group in groups.values():
            self._pool.submit(self._read_group, group)

    def read(self, key: JobKey) -> ObservedJob | None:
        """Return the job as first read in this process, or None where there is no such job.

        Raises ServiceError.
        """
        if self._take(key):
            self._read_group([key])
        return self._reads[key].result()

    def keep(self, job: ObservedJob) -> None:
        """Remember a job as it is known to be, whatever was read of it."""
        known: Future[ObservedJob | None] = Future()
        known.set_result(job)
        with self._lock:
            self._reads[job.key] = known

    def close(self) -> None:
        """Give up what is still to be read: its readers get InterruptedRunError."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._closed = True
            unread = [future for future in self._reads.values() if not future.done()]
        for future in unread:
            with suppress(InvalidStateError):  # read at this very moment
                future.set_exception(InterruptedRunError("interrupted"))

    def _take(self, key: JobKey) -> bool:
        """Say whether the caller is the first to ask for the job, and so has to read it."""
        with self._lock:
            if key in self._reads:
                return False
            if self._closed:
                raise InterruptedRunError("interrupted")
            self._reads[key] = Future()
            return True

    def _read_group(self, keys: list[JobKey]) -> None:
        """Read jobs of one environment: listed ones first, the rest one by one."""
        try:
            listed = self._of(keys[0].environment).listed(keys)
        except Exception as error:  # noqa: BLE001 (whoever reads the future gets it)
            for key in keys:
                self._fail(key, error)
            return
        for key, job in listed.items():
            self._answer(key, job)
        rest = [key for key in keys if key not in listed]
        for key in rest[1:]:
            self._pool.submit(self._read_one, key)
        for key in rest[:1]:
            self._read_one(key)

    def _read_one(self, key: JobKey) -> None:
        try:
            job = self._service.get(key)
        except Exception as error:  # noqa: BLE001 (whoever reads the future gets it)
            self._fail(key, error)
        else:
            self._answer(key, job)

    def _answer(self, key: JobKey, job: ObservedJob | None) -> None:
        with suppress(InvalidStateError):  # given up meanwhile
            self._reads[key].set_result(job)

    def _fail(self, key: JobKey, error: Exception) -> None:
        with suppress(InvalidStateError):  # given up meanwhile
            self._reads[key].set_exception(error)

    def _of(self, environment: Environment) -> EnvironmentReads:
        with self._lock:
            if environment not in self._environments:
                self._environments[environment] = EnvironmentReads(self._service, environment)
            return self._environments[environment]
