"""What there is in an account and region, each list read once in a run."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ..domain.clock_skew import ServiceClock
from ..domain.jobs import EVERY_JOB, App, JobFilter, ObservedJob
from ..domain.keys import Environment, JobKey
from ..domain.name_patterns import JobPattern
from ..errors import PlaceRefusedError, ServiceError
from .apps import AppsService, enumerate_environments
from .environment_jobs import Listing, Selection, list_environments
from .service import JobsService

if TYPE_CHECKING:
    from ..domain.app_selection import Scope
    from ..domain.rules import Rule


class Inventory:
    """Apps, backend environments and jobs as they were when first asked for. For any thread.

    Every method raises ServiceError where a list that it needs can't be read to its end: what is
    left out unseen could be what matters. What was read before the failure is kept. An app or
    environment that the service refuses as such (400) is named in the answer and keeps no other
    from being read, unless all are refused.
    """

    def __init__(
        self, apps: AppsService, jobs: JobsService, clock: ServiceClock, at_once: int
    ) -> None:
        """`clock` is what the two services observe; so many lists are read `at_once`."""
        self.clock = clock
        self._apps_service = apps
        self._jobs_service = jobs
        self._at_once = at_once
        # Held while reading: whoever asks for the same waits for it, and reads nothing twice.
        self._lock = threading.Lock()
        self._apps: tuple[App, ...] | None = None
        self._environments: dict[str, tuple[str, ...] | PlaceRefusedError | None] = {}
        self._jobs: dict[
            tuple[Environment, JobFilter], tuple[ObservedJob, ...] | PlaceRefusedError
        ] = {}
        self._single: dict[JobKey, bool] = {}
        self._counted: dict[tuple[tuple[Environment, ...], JobPattern], int] = {}

    def forget_jobs(self) -> None:
        """Have jobs listed anew from now on.

        Apps, environments and what exceptions are for stay as they are: they come and go less often
        than somebody looks.
        """
        with self._lock:
            self._jobs.clear()

    def apps(self) -> tuple[App, ...]:
        """Return every app (ListApps)."""
        with self._lock:
            if self._apps is None:
                self._apps = tuple(self._apps_service.apps())
            return self._apps

    def scope(self, rule: Rule) -> Scope:
        """Return where a rule's names lead; apps that it names need not be looked for.

        Where one of those is gone, all apps are listed, for a better message.
        """
        from ..domain.app_selection import Scope

        named = rule.apps.named
        app_ids = named
        if app_ids is None:
            app_ids = tuple(app.app_id for app in self.apps() if rule.apps.takes(app))
        found = self._read_environments(app_ids)
        gone = frozenset(app_id for app_id, read in found.items() if read is None)
        known: tuple[App, ...] = ()
        if named is None or gone:
            with suppress(ServiceError):
                known = self.apps()
        return Scope(
            environments={
                app_id: names for app_id, names in found.items() if isinstance(names, tuple)
            },
            known=known,
            refused=_told(found, len(found) - len(gone)),
        )

    def jobs(
        self, environments: Iterable[Environment], only: JobFilter
    ) -> tuple[list[ObservedJob], dict[str, str]]:
        """Return the jobs of environments that fit `only`, or more of them.

        Behind them stands why the service refuses to list some, by app/environment.
        """
        read = self.listings(environments, only)
        for each in read:
            if each.failure is not None and not isinstance(each.failure, PlaceRefusedError):
                raise each.failure
        jobs = [job for each in read for job in each.jobs]
        return jobs, _told({str(each.environment): each.failure for each in read}, len(read))

    def listings(self, environments: Iterable[Environment], only: JobFilter) -> list[Listing]:
        """Return the jobs of each environment that fit `only`, or more, or why they can't be read.

        This raises no ServiceError: an environment's failure is part of its listing.
        """
        wanted = tuple(dict.fromkeys(environments))
        with self._lock:
            failures = self._read_jobs(
                [each for each in wanted if self._listed(each, only) is None], only
            )
            return [failures.get(each) or self._listing(each, only) for each in wanted]

    def has(self, key: JobKey) -> bool:
        """Say whether there is such a job (GetBackendJob)."""
        with self._lock:
            if key not in self._single:
                self._single[key] = self._jobs_service.get(key) is not None
            return self._single[key]

    def count(self, environments: Iterable[Environment], pattern: JobPattern) -> int:
        """Count the jobs that fit, in the first environment that has any."""
        asked = (tuple(environments), pattern)
        if asked not in self._counted:
            listed = (self.jobs([each], EVERY_JOB)[0] for each in asked[0])
            counts = (sum(pattern.takes(job.key) for job in jobs) for jobs in listed)
            self._counted[asked] = next(filter(None, counts), 0)
        return self._counted[asked]

    def _read_environments(
        self, app_ids: Iterable[str]
    ) -> dict[str, tuple[str, ...] | PlaceRefusedError | None]:
        """Return the environments of apps by ID; None: the app is gone."""
        wanted = tuple(dict.fromkeys(app_ids))
        with self._lock:
            unread = [app_id for app_id in wanted if app_id not in self._environments]
            failures = []
            for each in enumerate_environments(self._apps_service, unread, self._at_once):
                if isinstance(each.failure, PlaceRefusedError):
                    self._environments[each.app_id] = each.failure
                elif each.failure is not None:
                    failures.append(each.failure)
                else:
                    self._environments[each.app_id] = each.names
            for failure in failures:
                raise failure
            return {app_id: self._environments[app_id] for app_id in wanted}

    def _read_jobs(
        self, environments: Sequence[Environment], only: JobFilter
    ) -> dict[Environment, Listing]:
        """List environments, keep what was read, and return the others. The lock is held."""
        listings = list_environments(
            self._jobs_service, environments, Selection.of(only), self._at_once
        )
        failures = {}
        for each in listings:
            if isinstance(each.failure, PlaceRefusedError):
                self._jobs[each.environment, only] = each.failure
            elif each.failure is not None:
                failures[each.environment] = each
            else:
                self._jobs[each.environment, only] = each.jobs
        return failures

    def _listing(self, environment: Environment, only: JobFilter) -> Listing:
        found = self._listed(environment, only)
        if isinstance(found, PlaceRefusedError):
            return Listing(environment, (), found)
        return Listing(environment, found or ())

    def _listed(
        self, environment: Environment, only: JobFilter
    ) -> tuple[ObservedJob, ...] | PlaceRefusedError | None:
        """Return what a list has shown, this one or one of all jobs; None: it is not read yet."""
        every = self._jobs.get((environment, EVERY_JOB))
        return self._jobs.get((environment, only)) if every is None else every


def _told(read: Mapping[str, object], asked: int) -> dict[str, str]:
    """Return why places are refused, by their name. Raises the first refusal if all `asked` are."""
    refusals = {place: each for place, each in read.items() if isinstance(each, PlaceRefusedError)}
    if refusals and len(refusals) == asked:
        raise next(iter(refusals.values()))
    return {place: str(refusal) for place, refusal in refusals.items()}
