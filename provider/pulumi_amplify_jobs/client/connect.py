"""Reaching AWS: both services over one connection, behind one check of account and clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, TypeVar

from botocore.client import BaseClient

from ..clock import Clock
from ..domain.clock_skew import ServiceClock
from ..settings import Settings
from .apps import AppsService
from .calls import Caller
from .identity import account_guard
from .retry import Budget
from .service import AmplifyJobsService, JobsService
from .session import APPS, JOBS, Connection

SENT = "amplify_jobs_sent"
"""Where a request's context keeps when it was sent."""


C = TypeVar("C", bound=BaseClient)


def observing(create: Callable[[], C], service_clock: ServiceClock) -> Callable[[], C]:
    """Return a maker of clients whose answers, also those that refuse, are observed."""

    def created() -> C:
        client = create()
        client.meta.events.register("before-call", _note_sent)
        client.meta.events.register("after-call", observe)
        return client

    def observe(http_response: Any, context: Mapping[str, Any], **_: Any) -> None:
        now = time.time()
        service_clock.observe(http_response.headers.get("Date"), context.get(SENT, now), now)

    return created


def _note_sent(context: MutableMapping[str, Any], **_: Any) -> None:
    context[SENT] = time.time()


def connect(
    settings: Settings, clock: Clock, service_clock: ServiceClock
) -> tuple[JobsService, AppsService]:
    """Return the services as the settings describe them; no call is made before the first use.

    `service_clock` observes the answers.
    """
    connection = Connection(settings)
    guard = account_guard(connection, clock)

    def caller(create: Callable[[], C], service: str) -> Caller[C]:
        return Caller(
            observing(create, service_clock),
            Budget(settings.max_retries),
            clock,
            service=service,
            target=settings.target,
            locate=connection.endpoint_source,
            guard=guard,
            settled=connection.is_settled,
            advice=settings.cures,
        )

    jobs = AmplifyJobsService(caller(connection.jobs, JOBS), settings.target)
    return jobs, AppsService(caller(connection.apps, APPS))
