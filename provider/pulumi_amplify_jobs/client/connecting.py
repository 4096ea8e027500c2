"""Reaching AWS: both services over one connection, behind one check of the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from botocore.client import BaseClient

from ..clock import Clock
from ..settings import Settings
from ..skew import ServiceClock
from .apps import AmplifyAppsService, AppsService
from .caller import Caller
from .dates import observing
from .identity import account_guard
from .patience import Budget
from .service import AmplifyJobsService, JobsService
from .session import APPS, JOBS, Connection

ClientT = TypeVar("ClientT", bound=BaseClient)


@dataclass(frozen=True)
class Connected:
    """The two services, as the same settings reach them."""

    jobs: JobsService
    apps: AppsService


def connect(
    settings: Settings, clock: Clock, service_clock: ServiceClock | None = None
) -> Connected:
    """Return the services as the settings describe them; no call is made before the first use.

    `service_clock` observes the answers.
    """
    connection = Connection(settings)
    guard = account_guard(connection, clock)
    dates = service_clock or ServiceClock()

    def caller(create: Callable[[], ClientT], service: str) -> Caller[ClientT]:
        return Caller(
            observing(create, dates),
            Budget(settings.max_retries),
            clock,
            service=service,
            locate=connection.endpoint_source,
            guard=guard,
            advice=settings.advice,
        )

    return Connected(
        AmplifyJobsService(caller(connection.jobs, JOBS)),
        AmplifyAppsService(caller(connection.apps, APPS)),
    )
