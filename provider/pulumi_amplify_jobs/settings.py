"""How to reach AWS: the provider's settings after every source has been weighed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SHARD_VARIABLE = "AMPLIFY_JOBS_SHARD"
"""The environment variable that names the shard of a run, such as `2/16`."""

RetryMode = Literal["standard", "adaptive"]


@dataclass(frozen=True)
class AssumeRole:
    """One role to assume, named as the Pulumi AWS provider and STS AssumeRole name it."""

    role_arn: str
    duration: int | None = None
    """How long the session lasts, in seconds."""
    external_id: str | None = None
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    session_name: str | None = None
    """None: what the client calls its sessions, which for a target says who ran what in CI."""
    source_identity: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Accounts:
    """AWS account IDs that a stack names."""

    ids: tuple[str, ...]
    source: str
    """The key of the stack config that names them, for messages."""


@dataclass(frozen=True)
class Advice:
    """How the user can set what is missing, as messages put it."""

    region: str
    credentials: str


IN_THE_STACK = Advice(
    region="set aws:region or AWS_REGION",
    credentials="sign in again, or set aws:profile or the AWS_* environment variables",
)

IN_A_TARGET = Advice(
    region="set the target's region, aws:region or AWS_REGION",
    credentials=(
        "sign in again, or set the target's profile, aws:profile or the AWS_* environment variables"
    ),
)

BY_OPTIONS = Advice(
    region="use --region or --stack, or set AWS_REGION",
    credentials="sign in again, use --profile, or set the AWS_* environment variables",
)
"""Of commands that read no stack."""


@dataclass(frozen=True)
class Settings:
    """Provider settings; None leaves the choice to the AWS environment and profile."""

    target: str = ""
    """The name of the target; empty: what is at the top of the stack config."""
    region: str | None = None
    profile: str | None = None
    assume_roles: tuple[AssumeRole, ...] = field(default=())
    max_retries: int | None = None
    """Retries after the first attempt of a call; None: as many as fit 120 s."""
    retry_mode: RetryMode = "standard"
    endpoint: str | None = None
    endpoint_source: str = "amplify-jobs:endpoint"
    """What the user set the endpoint with, for messages."""
    sts_region: str | None = None
    """The region in which STS is asked; None: the region of all other calls."""
    sts_endpoint: str | None = None
    """Another URL for STS, from aws:endpoints."""
    allowed_accounts: Accounts | None = None
    """The accounts that calls may be made in; None: any."""
    forbidden_accounts: Accounts | None = None
    account_id: str | None = None
    """The account that the target must be in; None: it names none."""
    region_source: str = field(default="amplify-jobs:region", compare=False)
    """What the user set the region with, for messages."""
    profile_source: str = field(default="amplify-jobs:profile", compare=False)
    advice: Advice = field(default=IN_THE_STACK, compare=False)
    instance_credentials: bool = True
    """Whether the instance's own role may sign, where nothing else does."""

    @property
    def cures(self) -> Advice:
        """How the user can set what is missing of these settings."""
        return IN_A_TARGET if self.target else self.advice

    @property
    def account(self) -> str | None:
        """The account that calls are meant for, as far as the settings say."""
        last = self.assume_roles[-1].role_arn.split(":")[4] if self.assume_roles else None
        allowed = self.allowed_accounts.ids if self.allowed_accounts else ()
        return self.account_id or last or (allowed[0] if len(allowed) == 1 else None)


@dataclass(frozen=True)
class Target:
    """An account and a region, with the roles that lead there."""

    settings: Settings
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """What the stack config calls it."""
        return self.settings.target
