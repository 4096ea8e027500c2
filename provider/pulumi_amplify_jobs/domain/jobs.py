"""The vocabulary: job key, desired job, observed job.

Field names and values are those of botocore's service model `amplifybackend` 2020-08-11. Every
field of a job is a plain string there, none an enum, and any but the key may be absent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from .keys import JobKey
from .times import parse_duration

IfMissing = Literal["error", "ignore"]

STATUSES = ("RUNNING", "COMPLETED", "FAILED")
"""The statuses seen in the wild; the service model allows any string."""

SETTLED_STATUSES = ("COMPLETED", "FAILED")
"""The statuses that a job does not leave by itself."""

OPERATIONS = (
    "CloneBackend",
    "CreateBackend",
    "CreateBackendAPI",
    "CreateBackendAuth",
    "CreateBackendConfig",
    "DeleteBackend",
    "DeleteBackendAPI",
    "DeleteBackendAuth",
    "GenerateBackendAPIModels",
    "ImportBackendAuth",
    "RemoveAllBackends",
    "UpdateBackendAPI",
    "UpdateBackendAuth",
)
"""The operations seen in the wild; the service model allows any string."""


@dataclass(frozen=True)
class JobFilter:
    """An operation and a status, as ListBackendJobs filters by them; None: any."""

    operation: str | None = None
    status: str | None = None

    def takes(self, job: ObservedJob) -> bool:
        """Say whether a job shows both."""
        return self.operation in (None, job.operation) and self.status in (None, job.status)


EVERY_JOB = JobFilter()


class When(JobFilter):
    """A precondition: the job is left alone unless it is live as said here."""


@dataclass(frozen=True)
class Wait:
    """After an update, poll until the job shows what is declared, at most this long."""

    timeout: str
    """As written, such as 30m."""

    @property
    def seconds(self) -> float:
        """The timeout in seconds."""
        return parse_duration(self.timeout)


@dataclass(frozen=True)
class DesiredJob:
    """What is declared of a job: at least one of operation and status."""

    key: JobKey
    operation: str | None = None
    status: str | None = None
    when: When | None = None
    if_missing: IfMissing = "error"
    wait: Wait | None = None
    name: str | None = None
    """The Pulumi resource name, where it is known."""
    provided: Callable[[ObservedJob], str | None] | None = None
    """Says what else does not hold of the live job right before a write, or returns None."""

    @property
    def label(self) -> str:
        """How messages name the job: `name (app/environment/job)`."""
        return f"{self.name} ({self.key})" if self.name else str(self.key)

    def ignoring(self, fields: Collection[str]) -> DesiredJob:
        """Return the declaration without the operation, the status or both, as `fields` say."""
        return replace(
            self,
            operation=None if "operation" in fields else self.operation,
            status=None if "status" in fields else self.status,
        )


class Latest(JobFilter):
    """Which job is meant where no ID is given: the newest that shows this."""

    def __str__(self) -> str:
        parts = {"operation": self.operation, "status": self.status}
        filters = " and ".join(f"{name} {value}" for name, value in parts.items() if value)
        return f"job with {filters}" if filters else "job"


TO_BE_FOUND = "(latest)"
"""Stands in the key of a job whose ID is still to be found; no real ID is like it."""


@dataclass(frozen=True)
class LatestJob:
    """A declared job whose ID is to be found in its environment."""

    declared: DesiredJob
    """Everything but the ID, which is TO_BE_FOUND."""
    latest: Latest
    follow: bool = False
    """Whether it moves on to newer jobs, once one was adopted."""

    def found(self, job: ObservedJob) -> DesiredJob:
        """Return the declaration for the job that was found."""
        return replace(self.declared, key=job.key)

    def contested(self, key: JobKey, owner: str) -> str:
        """Why the job that was found can't be taken: `owner` declares it, too."""
        both = f"{self.declared.name} and {owner} both refer to {key}"
        return f"{both}: narrow jobId.latest, or remove one"

    @property
    def missing(self) -> str:
        """Why nothing can be planned where no job fits."""
        environment = self.declared.key.environment
        return (
            f"jobId of {self.declared.label}: {environment} has no {self.latest}; "
            "correct the filter, appId or backendEnvironmentName, or give an ID"
        )


@dataclass(frozen=True)
class ObservedJob:
    """What the service says of a job; times are epoch milliseconds in a string."""

    key: JobKey
    operation: str | None = None
    status: str | None = None
    create_time: str | None = None
    update_time: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class App:
    """An Amplify app as ListApps shows it."""

    app_id: str
    name: str
    tags: Mapping[str, str]
