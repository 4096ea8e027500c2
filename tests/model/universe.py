"""All that may be in the model's world: accounts, targets, jobs, and secrets to leak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.canaries import ALWAYS, EXTERNAL_ID, KEYS, STATUS

CREATED = 1_763_942_400_000
"""When jobs were created, in epoch milliseconds: long ago."""


@dataclass(frozen=True, order=True)
class Place:
    """A region of an account."""

    account: str
    region: str


HERE = Place("1" * 12, "eu-west-1")
EAST = Place("2" * 12, "us-east-1")
WEST = Place("1" * 12, "us-west-2")
ASTRAY = Place("1" * 12, "eu-central-1")
"""Where the target `astray` leads with its credentials; it names another account."""

IRELAND = Place("1" * 12, "eu-west-3")
VIRGINIA = Place("1" * 12, "us-east-2")
"""Where the targets of recorded stacks are by now: a state has their names alone."""

PLACES = {
    "": HERE,
    "east": EAST,
    "west": WEST,
    "astray": None,
    "ireland": IRELAND,
    "virginia": VIRGINIA,
}
"""Where each target is by what is declared of it; nobody can be in an account that is not there."""

ROLE = f"arn:aws:iam::{EAST.account}:role/amplify-jobs"
TARGETS: dict[str, Any] = {
    "east": {
        "region": EAST.region,
        "accountId": EAST.account,
        "assumeRoles": [{"roleArn": ROLE, "externalId": EXTERNAL_ID}],
    },
    "west": {"region": WEST.region, "accountId": WEST.account},
    "ireland": {"region": IRELAND.region},
    "virginia": {"region": VIRGINIA.region},
    "astray": {"region": ASTRAY.region, "accountId": "3" * 12},
}
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": KEYS["access_key"],
    "AWS_SECRET_ACCESS_KEY": KEYS["secret_key"],
    **ALWAYS,
}
"""What every plugin has in its environment."""

CANARIES = (
    KEYS["access_key"],
    KEYS["secret_key"],
    EXTERNAL_ID,
    STATUS,
    *(value.removesuffix("@127.0.0.1:1").split("//")[-1] for value in ALWAYS.values()),
)

STATUSES = ("RUNNING", "FAILED", "COMPLETED")
OPERATIONS = ("UpdateBackendAPI", "CreateBackend")

Key = tuple[str, str, str]
"""A job's app, environment and ID."""

KEYS_OF_JOBS: tuple[Key, ...] = (
    ("dshop", "prod", "1"),
    ("dshop", "prod", "2"),
    ("dshop", "prod", "3"),
    ("dshop", "feat/x", "1"),
    ("dblog", "prod", "1"),
    ("dblog", "prod", "a/b%"),
)
HIDDEN: Key = ("dhidden", "prod", "1")
"""The job that is declared with a secret status, and by nothing else."""

APPS = [
    {"appId": "dshop", "name": "shop-web", "tags": {"team": "web"}},
    {"appId": "dblog", "name": "blog", "tags": {}},
]


def job(key: Key, status: str, operation: str = OPERATIONS[0]) -> dict[str, str]:
    """Return a job by the wire's names; those of an environment are of different ages."""
    age = str(CREATED + 1000 * sum(map(ord, "".join(key))))
    fields = ("appId", "backendEnvironmentName", "jobId")
    return {
        **dict(zip(fields, key, strict=True)),
        "operation": operation,
        "status": status,
        "createTime": age,
        "updateTime": age,
    }


def seed() -> dict[str, Any]:
    """Return what the emulator starts with: each job hangs in each place."""
    accounts: dict[str, Any] = {}
    for place in (HERE, EAST, WEST, ASTRAY):
        jobs = [job(key, STATUSES[0]) for key in (*KEYS_OF_JOBS, HIDDEN)]
        content = {"jobs": jobs, "apps": APPS}
        accounts.setdefault(place.account, {})[place.region] = content
    return {
        "accounts": accounts,
        "keys": {KEYS["access_key"]: HERE.account},
        "roles": [{"roleArn": ROLE, "principals": [HERE.account], "externalId": EXTERNAL_ID}],
    }
