"""The wiring of a process: what reaches one account and region, from its settings and a clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
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

TARGETS_AT_ONCE = 20
"""Targets that are read side by side, where one thread reads each."""

MOST_READS = 80
"""Calls in flight in all targets, as long as each of these may have two.

More would take longer: the threads then spend their time on taking turns.
"""


@dataclass(frozen=True)
class Share:
    """What one target may do at once, so that one that does not answer holds back no other."""

    reads: int = 16
    """Jobs that are read while the program still registers; the SDK's plugin has 4 threads."""
    lists: int = 8
    """Apps, or environments, that are listed."""

    @classmethod
    def of(cls, targets: int) -> Share:
        """Return the share of each of so many targets, of which only some list side by side."""
        side_by_side = min(targets, TARGETS_AT_ONCE)
        return cls(_part(targets, cls.reads), _part(side_by_side, cls.lists))


def _part(targets: int, most: int) -> int:
    return max(2, min(most, MOST_READS // max(targets, 1)))


ALL = Share()
"""What a target may do that is the only one."""


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
    share: Share = ALL

    def renewed(self) -> Services:
        """Forget all jobs that were read, and return services over the same connections."""
        self.inventory.forget_jobs()
        return _over(
            self.jobs, self.apps, self.inventory, self.clock, self.service_clock, self.share
        )


def connect(
    settings: Settings,
    clock: Clock,
    guarded: Callable[[JobsService], JobsService] = lambda service: service,
    share: Share = ALL,
) -> Services:
    """Return the services that the settings describe; no call is made before the first use.

    Every call for a job goes through what `guarded` makes of the service. `share` is what may
    be done at once.
    """
    # Here, not above: botocore is slow to load, and --help and the program have no use for it.
    from .client.connect import connect
    from .client.inventory import Inventory

    service_clock = ServiceClock()
    unguarded, apps = connect(settings, clock, service_clock)
    jobs = guarded(unguarded)
    inventory = Inventory(apps, jobs, service_clock, share.lists)
    return _over(jobs, apps, inventory, clock, service_clock, share)


class Targets:
    """The services of each target of a stack, by its name. May be shared by threads."""

    def __init__(
        self, settings: Mapping[str, Settings], make: Callable[[Settings], Services]
    ) -> None:
        """`make` is called for a target at its first use."""
        self._settings = settings
        self._make = make
        self._made: dict[str, Services] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Services:
        with self._lock:
            if name not in self._made:
                self._made[name] = self._make(self._settings[name])
            return self._made[name]

    def release(self, name: str) -> None:
        """Keep nothing of a target; it is connected anew at its next use."""
        with self._lock:
            self._made.pop(name, None)

    def renew(self) -> None:
        """Forget all jobs that were read."""
        with self._lock:
            self._made = {name: each.renewed() for name, each in self._made.items()}

    def close(self) -> None:
        """Give up what is still to be read."""
        with self._lock:
            for each in self._made.values():
                each.reader.close()


def _over(
    jobs: JobsService,
    apps: AppsService,
    inventory: Inventory,
    clock: Clock,
    service_clock: ServiceClock,
    share: Share,
) -> Services:
    from .client.environment_jobs import NewestJobs
    from .client.reader import JobReader

    reader = JobReader(jobs, share.reads)
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
        share=share,
    )
