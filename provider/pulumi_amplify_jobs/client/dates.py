"""What the Date headers of answers say of this machine's clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Protocol, TypeVar

from ..skew import ServiceClock

SENT = "amplify_jobs_sent"
"""Where a request's context keeps when it was sent."""


class _Client(Protocol):
    """A boto3 client."""

    @property
    def meta(self) -> Any:
        """What the client is made of: its events, among other things."""


C = TypeVar("C", bound=_Client)


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
