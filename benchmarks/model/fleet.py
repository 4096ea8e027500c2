"""The jobs that one rule looks at, and the calls that `plan` and `apply` make for them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_amplify_jobs.client import apps
from pulumi_amplify_jobs.client.service import PAGE_SIZE
from pulumi_amplify_jobs.services import Share

WRITERS = 16
"""What `apply --parallel` is given."""


@dataclass(frozen=True)
class Fleet:
    """How much there is of everything, spread evenly."""

    apps: int
    environments: int
    """Of each app."""
    jobs: int
    """Of each environment."""
    stuck: int
    """Of each environment: those that the rule matches."""
    statuses: int = 1
    """How many the rule names. The service filters by one; with more, all jobs are listed."""
    latency_ms: int = 0

    def __str__(self) -> str:
        """Say it in one line."""
        spread = f"{self.apps:,} x {self.environments:,} x {self.jobs:,} jobs"
        rule = "1 status" if self.statuses == 1 else f"{self.statuses} statuses"
        return f"{spread}, {self.stuck:,} stuck, {rule}, {self.latency_ms} ms"

    @property
    def all_environments(self) -> int:
        """The environments of all apps."""
        return self.apps * self.environments

    @property
    def all_jobs(self) -> int:
        """The jobs of all environments."""
        return self.all_environments * self.jobs

    @property
    def matches(self) -> int:
        """The jobs that the rule matches."""
        return self.all_environments * self.stuck

    @property
    def read(self) -> int:
        """The jobs that the lists show."""
        return self.all_environments * self._listed

    @property
    def list_pages(self) -> int:
        """The pages of ListBackendJobs, of one environment."""
        return pages(self._listed, PAGE_SIZE)

    @property
    def _listed(self) -> int:
        return self.stuck if self.statuses == 1 else self.jobs


def pages(items: int, size: int) -> int:
    """Return the calls that a list takes: at least one, which says that there is nothing."""
    return max(1, math.ceil(items / size))


def calls_of_plan(fleet: Fleet) -> Mapping[str, int]:
    """Return the calls of `amplify-jobs plan`, by operation."""
    return {
        "ListApps": pages(fleet.apps, apps.APPS_PAGE_SIZE),
        "ListBackendEnvironments": fleet.apps * _environment_pages(fleet),
        "ListBackendJobs": fleet.all_environments * fleet.list_pages,
    }


def calls_of_apply(fleet: Fleet) -> Mapping[str, int]:
    """Return the calls of `amplify-jobs apply`: a job is read again right before its write."""
    writes = {"GetBackendJob": fleet.matches, "UpdateBackendJob": fleet.matches}
    return {**calls_of_plan(fleet), **{name: each for name, each in writes.items() if each}}


CALLS = {"plan": calls_of_plan, "apply": calls_of_apply}
"""By the command."""


def waits(fleet: Fleet, command: str) -> float:
    """Return the seconds of latency that a command has to sit out: some calls wait at once."""
    in_turn = (
        pages(fleet.apps, apps.APPS_PAGE_SIZE)
        + pages(fleet.apps, Share.lists) * _environment_pages(fleet)
        + pages(fleet.all_environments, Share.lists) * fleet.list_pages
    )
    if command == "apply" and fleet.matches:
        in_turn += 2 * pages(fleet.matches, WRITERS)
    return in_turn * fleet.latency_ms / 1000


def declared_calls(jobs: int, environments: int, changes: int = 0) -> Mapping[str, int]:
    """Return the calls for declared jobs, which are all jobs of their environments.

    `changes` is how many of them an up writes.
    """
    each = jobs // environments
    reads = (
        {"GetBackendJob": environments}
        if each == 1
        else {"ListBackendJobs": environments * pages(each, PAGE_SIZE)}
    )
    if not changes:
        return reads
    gets = reads.get("GetBackendJob", 0) + changes
    return {**reads, "GetBackendJob": gets, "UpdateBackendJob": changes}


def _environment_pages(fleet: Fleet) -> int:
    return pages(fleet.environments, apps.ENVIRONMENTS_PAGE_SIZE)
