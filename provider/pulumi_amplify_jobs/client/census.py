"""What there is in an account and region, each list read once in a run."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from ..jobs import EVERY_JOB, App, JobFilter, ObservedJob
from ..rules import Rule
from .apps import AppsService
from .enumeration import enumerate_environments
from .listing import Selection, list_environments
from .service import JobsService

Environment = tuple[str, str]
"""The app ID and the environment's name."""


class Census:
    """Apps, backend environments and jobs as they were when first asked for. For any thread.

    Every method raises ServiceError where a list that it needs can't be read to its end: what is
    left out unseen could be what matters. What was read before the failure is kept.
    """

    def __init__(self, apps: AppsService, jobs: JobsService) -> None:
        self._apps_service = apps
        self._jobs_service = jobs
        # Held while reading: whoever asks for the same waits for it, and reads nothing twice.
        self._lock = threading.Lock()
        self._apps: tuple[App, ...] | None = None
        self._environments: dict[str, tuple[str, ...] | None] = {}
        self._jobs: dict[tuple[Environment, JobFilter], tuple[ObservedJob, ...]] = {}

    def apps(self) -> tuple[App, ...]:
        """Return every app (ListApps)."""
        with self._lock:
            if self._apps is None:
                self._apps = tuple(self._apps_service.apps())
            return self._apps

    def environments(self, app_ids: Iterable[str]) -> dict[str, tuple[str, ...] | None]:
        """Return the names of each app's environments, or None for an app that is gone."""
        wanted = tuple(dict.fromkeys(app_ids))
        with self._lock:
            unread = [app_id for app_id in wanted if app_id not in self._environments]
            read = enumerate_environments(self._apps_service, unread)
            good = {each.app_id: each.names for each in read if each.failure is None}
            self._environments.update(good)
            for each in read:
                if each.failure is not None:
                    raise each.failure
            return {app_id: self._environments[app_id] for app_id in wanted}

    def environments_of(self, rule: Rule) -> list[Environment]:
        """Return the environments that a rule is about; apps that it names need not be looked for.

        Apps and environments that are gone have no jobs.
        """
        app_ids = rule.apps.named
        if app_ids is None:
            app_ids = tuple(app.app_id for app in self.apps() if rule.apps.takes(app))
        return [
            (app_id, name)
            for app_id, names in self.environments(app_ids).items()
            for name in names or ()
            if rule.takes_environment(name)
        ]

    def jobs(self, environments: Iterable[Environment], only: JobFilter) -> list[ObservedJob]:
        """Return the jobs of environments that fit `only`, or more of them."""
        wanted = tuple(dict.fromkeys(environments))
        with self._lock:
            unread = [each for each in wanted if self._listed(each, only) is None]
            selection = _selecting(only)
            listings = list_environments(
                self._jobs_service, unread, selection, lambda _: None, lambda: None
            )
            for listing in listings:
                if listing.failure is None:
                    self._jobs[listing.environment, only] = listing.jobs
            for listing in listings:
                if listing.failure is not None:
                    raise listing.failure
            return [job for each in wanted for job in self._listed(each, only) or ()]

    def _listed(self, environment: Environment, only: JobFilter) -> tuple[ObservedJob, ...] | None:
        """Return what a list has shown, this one or one of all jobs; None: it is not read yet."""
        every = self._jobs.get((environment, EVERY_JOB))
        return self._jobs.get((environment, only)) if every is None else every


def _selecting(only: JobFilter) -> Selection:
    operations = frozenset(filter(None, (only.operation,)))
    return Selection(operations, frozenset(filter(None, (only.status,))))
