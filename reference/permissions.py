"""Which command makes which of AWS's calls, and the IAM policies that allow exactly these.

The one source of the policies on the pages and in the examples. tests/cli/test_permissions.py shows
that each is enough, and that nothing in it can be left out.

Resources: AWS's Service Authorization Reference. Of AWS Amplify Admin (list_awsamplifyadmin.html)
the types `backend` and `job`, both for each action on jobs. The pattern of the first has those of
the second in it, because `*` in a resource also stands for slashes. Of AWS Amplify
(list_awsamplify.html) no type for ListApps, `apps` for ListBackendEnvironments.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .markdown import code, fenced, table

GET, LIST, UPDATE = (
    f"amplifybackend:{name}" for name in ("GetBackendJob", "ListBackendJobs", "UpdateBackendJob")
)
APPS, ENVIRONMENTS = "amplify:ListApps", "amplify:ListBackendEnvironments"
ASSUME = "sts:AssumeRole"

PREVIEW = (GET, LIST)
UP = (GET, LIST, UPDATE)
RULES_PREVIEW = (APPS, ENVIRONMENTS, GET, LIST)
RULES_UP = (APPS, ENVIRONMENTS, GET, LIST, UPDATE)

USES: Mapping[str, tuple[str, ...]] = {
    "`pulumi preview`, `plan` and `watch`, for declared jobs": PREVIEW,
    "`pulumi up` and `apply`, for declared jobs": UP,
    "`pulumi preview`, `plan` and `watch`, with rules": RULES_PREVIEW,
    "`pulumi up` and `apply`, with rules": RULES_UP,
    "`list`": (LIST,),
    "`discover`": (APPS, ENVIRONMENTS, LIST),
    "`try`": (GET, UPDATE),
}
"""What each command does in an account. The others call nothing of AWS's."""


@dataclass(frozen=True)
class Place:
    """Where a policy's jobs are; `*` is every region, or every app."""

    account: str = "123456789012"
    region: str = "eu-west-1"
    app: str = "d2abcdefgh1234"

    @property
    def jobs(self) -> str:
        """What calls for jobs are about."""
        app = "" if self.app == "*" else f"{self.app}/"
        return f"arn:aws:amplifybackend:{self.region}:{self.account}:/backend/{app}*"

    @property
    def apps(self) -> str:
        """What ListBackendEnvironments is about."""
        return f"arn:aws:amplify:{self.region}:{self.account}:apps/{self.app}"


EVERY_APP = Place(app="*")
ACCOUNTS = ("111122223333", "444455556666", "777788889999")
"""Those of the targets of examples/many-accounts."""
FLEET = Place(account="111122223333", region="*", app="*")


def statements(actions: Sequence[str], place: Place) -> list[dict[str, Any]]:
    """Return what allows these actions there, and nothing else."""
    jobs = [each for each in actions if each in UP]
    found = [
        ("FindApps", [each for each in actions if each == APPS], "*"),
        ("FindEnvironments", [each for each in actions if each == ENVIRONMENTS], place.apps),
        ("ReadAndUpdateJobs" if UPDATE in jobs else "ReadJobs", jobs, place.jobs),
    ]
    return [allow(sid, each, resource) for sid, each, resource in found if each]


def allow(sid: str, actions: Sequence[str], resource: str | list[str]) -> dict[str, Any]:
    """Return one statement."""
    action = actions[0] if len(actions) == 1 else list(actions)
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}


def assume(role: str, accounts: Sequence[str]) -> dict[str, Any]:
    """Return what leads to the role of this name in each account."""
    roles = [f"arn:aws:iam::{account}:role/{role}" for account in accounts]
    return allow("GoToTheAccounts", [ASSUME], roles)


def policy(*given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(given)}


BUCKET = "arn:aws:s3:::my-pulumi-state"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FIND_STATE = allow("FindTheState", ["s3:ListBucket"], BUCKET)
READ_STATE = allow("ReadTheState", ["s3:GetObject"], f"{BUCKET}/*")
WRITE_STATE = allow(
    "WriteTheState", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], f"{BUCKET}/*"
)
OPEN_SECRETS = allow("OpenSecretsOfTheStack", ["kms:Decrypt"], KEY)

FILES: Mapping[str, dict[str, Any]] = {
    "github-actions/iam/preview.policy.json": policy(
        *statements(PREVIEW, Place()), FIND_STATE, READ_STATE, OPEN_SECRETS
    ),
    "github-actions/iam/up.policy.json": policy(
        *statements(UP, Place()), FIND_STATE, WRITE_STATE, OPEN_SECRETS
    ),
    "no-stuck-jobs/iam/drift.policy.json": policy(*statements(RULES_UP, EVERY_APP)),
    "many-accounts/iam/account-plan.policy.json": policy(*statements(RULES_PREVIEW, FLEET)),
    "many-accounts/iam/account-apply.policy.json": policy(*statements(RULES_UP, FLEET)),
    "many-accounts/iam/plan-shards.policy.json": policy(assume("amplify-jobs-plan", ACCOUNTS)),
    "many-accounts/iam/apply-shards.policy.json": policy(assume("amplify-jobs-apply", ACCOUNTS)),
}
"""The policies of the examples, by file below `examples/`."""


def text_of(document: Mapping[str, Any]) -> str:
    """Return a policy as a file has it."""
    return json.dumps(document, indent=2) + "\n"


def shown(actions: Sequence[str], place: Place) -> str:
    """Return a policy as a page shows it."""
    return fenced("json", text_of(policy(*statements(actions, place))))


def uses() -> str:
    """Return the table of what each command may have to do."""
    columns = (GET, LIST, UPDATE, APPS, ENVIRONMENTS)
    header = ("command", *(code(each.partition(":")[2]) for each in columns))
    rows = [
        (command, *("yes" if each in actions else "" for each in columns))
        for command, actions in USES.items()
    ]
    return table(header, rows)


def assume_shown() -> str:
    """Return the policy of what goes to the accounts, as a page shows it."""
    return fenced("json", text_of(policy(assume("amplify-jobs", ACCOUNTS))))
