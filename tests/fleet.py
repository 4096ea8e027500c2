"""An organization: targets in several accounts and regions, and the apps that each of them has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.emulator.request_log import RecordedRequest

from .samples import CREATED, rule

ROLE = "amplify-jobs"
RULE = rule(targets=["*"], limit=10)


@dataclass(frozen=True)
class Place:
    """An account and a region, and the target that stands for it."""

    account: str
    region: str

    @property
    def target(self) -> str:
        return f"team-{self.account[0]}-{self.region}"

    def app(self, number: int) -> str:
        return f"d{self.account[0]}{self.region.replace('-', '')}{number:03}"


@dataclass(frozen=True)
class Fleet:
    """Places with so many apps each; `stuck` says how many jobs hang in a target."""

    accounts: tuple[str, ...] = tuple(f"{number}" * 12 for number in range(1, 9))
    regions: tuple[str, ...] = (
        "eu-west-1",
        "us-east-1",
        "eu-central-1",
        "us-west-2",
        "ca-central-1",
    )
    apps: int = 50
    stuck: Mapping[str, int] = field(default_factory=dict)

    @property
    def places(self) -> list[Place]:
        return [Place(account, region) for account in self.accounts for region in self.regions]

    def job(self, place: Place, number: int) -> dict[str, str]:
        hangs = number < self.stuck.get(place.target, 0)
        return {
            "appId": place.app(number),
            "backendEnvironmentName": "prod",
            "jobId": "1",
            "operation": "UpdateBackendAPI",
            "status": "RUNNING" if hangs else "COMPLETED",
            "createTime": CREATED,
            "updateTime": CREATED,
        }

    def seed(self, emulator: Emulator) -> None:
        """Have the emulator play the fleet."""
        accounts: dict[str, Any] = {account: {} for account in self.accounts}
        for place in self.places:
            jobs = [self.job(place, number) for number in range(self.apps)]
            accounts[place.account][place.region] = {"jobs": jobs}
        emulator.seed({"accounts": accounts})

    def targets(self, **changes: Mapping[str, Any]) -> dict[str, Any]:
        """Return what stands below `amplify-jobs:targets`; `changes` are by target."""
        return {
            place.target: {
                "region": place.region,
                "accountId": place.account,
                "assumeRoles": [{"roleArn": f"arn:aws:iam::{place.account}:role/{ROLE}"}],
                **changes.get(place.target, {}),
            }
            for place in self.places
        }

    @property
    def stuck_jobs(self) -> dict[str, set[str]]:
        """The IDs of the jobs that hang, by target."""
        return {
            place.target: {f"{place.app(n)}/prod/1" for n in range(self.stuck[place.target])}
            for place in self.places
            if place.target in self.stuck
        }


STUCK = {
    "team-1-eu-west-1": 5,
    "team-2-us-east-1": 4,
    "team-3-eu-central-1": 4,
    "team-4-us-west-2": 3,
    "team-5-ca-central-1": 3,
    "team-8-eu-west-1": 1,
}
"""Twenty jobs that hang, in six targets."""


def written(requests: list[RecordedRequest]) -> dict[str, set[str]]:
    """Return the jobs that updates were made for, by the place that they were signed for."""
    found: dict[str, set[str]] = {}
    for each in requests:
        place = Place(each.account_id or "", each.region or "")
        job = f"{each.app_id}/{each.backend_environment_name}/{each.job_id}"
        found.setdefault(place.target, set()).add(job)
    return found
