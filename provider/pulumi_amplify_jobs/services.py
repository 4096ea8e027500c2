"""The wiring of a process: what reaches one account and region, from its settings and a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .clock import Clock
from .domain.clock_skew import ServiceClock
from .reconcile.job import Reconciler
from .settings import Settings

if TYPE_CHECKING:
    from .client.apps import AppsService
    from .client.environment_jobs import NewestJobs
    from .client.inventory import Inventory
    from .client.reader import JobReader
    from .client.service import JobsService


@dataclass(frozen=True)
class Services:
    """Everything that asks or writes, made once and shared by all who need it, for any thread."""

    clock: Clock
    service_clock: ServiceClock
    """What observes the answers of the service."""
    jobs: JobsService
    apps: AppsService
    inventory: Inventory
    reader: JobReader
    newest: NewestJobs
    reconciler: Reconciler

    def renewed(self) -> Services:
        """Forget all jobs that were read, and return services over the same connections."""
        self.inventory.forget_jobs()
        return _over(self.jobs, self.apps, self.inventory, self.clock, self.service_clock)


def connect(
    settings: Settings,
    clock: Clock,
    guarded: Callable[[JobsService], JobsService] = lambda service: service,
) -> Services:
    """Return the services that the settings describe; no call is made before the first use.

    Every call for a job goes through what `guarded` makes of the service.
    """
    # Here, not above: botocore is slow to load, and --help and the program have no use for it.
    from .client.connect import connect
    from .client.inventory import Inventory

    service_clock = ServiceClock()
    unguarded, apps = connect(settings, clock, service_clock)
    jobs = guarded(unguarded)
    inventory = Inventory(apps, jobs, service_clock)
    return _over(jobs, apps, inventory, clock, service_clock)


def _over(
    jobs: JobsService,
    apps: AppsService,
    inventory: Inventory,
    clock: Clock,
    service_clock: ServiceClock,
) -> Services:
    from .client.environment_jobs import NewestJobs
    from .client.reader import JobReader

    reader = JobReader(jobs)
    return Services(
        clock=clock,
        service_clock=service_clock,
        jobs=jobs,
        apps=apps,
        inventory=inventory,
        reader=reader,
        newest=NewestJobs(jobs, service_clock.now),
        # Writes are dated by the service's clock, as the times of jobs are.
        reconciler=Reconciler(jobs, reader, clock, wall=service_clock.now),
    )
