"""What a failed attempt comes to: an error for the user, and what a retry may bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...errors import ServiceError, ServiceUnavailableError
from ...settings import IN_THE_STACK, Advice
from ..retry import Retry


@dataclass(frozen=True)
class Failure:
    """One failed attempt: the error to raise if it was the last, and what a retry may bring."""

    error: ServiceError
    retry: Retry
    retry_after: float = 0.0
    """Seconds that the service asked to wait (the Retry-After header)."""


@dataclass(frozen=True)
class Call:
    """A call as messages speak of it."""

    name: str
    """The call and what it is about, such as `GetBackendJob d2abc/prod/4f1c`."""
    locate: Callable[[str], str | None] = lambda _service: None
    """Returns what sets the endpoint of a service, such as AWS_ENDPOINT_URL; None: nobody did."""
    service: str = "amplifybackend"
    """The service that the call is made to, as IAM actions name it."""
    advice: Advice = IN_THE_STACK

    @property
    def endpoint(self) -> str:
        """What to look at where the endpoint seems wrong."""
        return self.locate(self.service) or "the endpoint"

    def during(self, operation: str) -> str:
        """Name the operation that failed, where it is another one (AssumeRole) than the call's."""
        return self.name if operation in self.name else f"{operation} (for {self.name})"


def final(error: ServiceError) -> Failure:
    """Return a failure that would come again."""
    return Failure(error, Retry.NEVER)


def passing(reason: str, call: str, retry_after: float = 0.0) -> Failure:
    """Return a failure that may be over later."""
    return Failure(ServiceUnavailableError(reason, call), Retry.TRANSIENT, retry_after)
