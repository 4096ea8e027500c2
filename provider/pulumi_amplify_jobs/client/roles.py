"""Credentials of assumed roles: lent when they are first used, and renewed in time."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    Credentials,
    DeferredRefreshableCredentials,
)

from ..redaction import learn
from ..settings import AssumeRole, Settings
from .credentials import renew_in_time
from .session_names import NAME, session_name

METHOD = "assumeRoles"
"""How these credentials are come by, where botocore's words for others are `env`, `sso`, …"""


class InRole(CredentialProvider):
    """The provider of a session whose credentials are those of a role."""

    METHOD = METHOD

    def __init__(self, credentials: Credentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> Credentials:
        """Return the credentials; no call is made before their first use."""
        return self._credentials


def in_roles(
    source: Credentials,
    settings: Settings,
    lender: Callable[..., Any],
    create_client: Callable[..., Any],
) -> Credentials:
    """Return the credentials of the last of the settings' roles, assumed one with the other.

    `lender` returns the STS client of the source, which lends to many; `create_client` makes one
    with the credentials that it is handed.
    """
    creator = lender
    for role in settings.assume_roles:
        learn(role.external_id)
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=creator,
            source_credentials=source,
            role_arn=role.role_arn,
            extra_args=_extra_arguments(role, settings.target),
        )
        source = DeferredRefreshableCredentials(fetcher.fetch_credentials, METHOD, _utc_now)
        renew_in_time(source)
        creator = create_client
    return source


def _utc_now() -> datetime:
    """Return the time that is asked for before each call; botocore's own looks for a local zone."""
    return datetime.now(timezone.utc)


def _extra_arguments(role: AssumeRole, target: str) -> dict[str, Any]:
    """Return the arguments of STS AssumeRole, the absent ones left out.

    Without a target a session's name tells nobody's: policies of trust may ask for it.
    """
    arguments = {
        "DurationSeconds": role.duration,
        "ExternalId": role.external_id,
        "Policy": role.policy,
        "PolicyArns": [{"arn": arn} for arn in role.policy_arns],
        "RoleSessionName": role.session_name or (session_name(os.environ) if target else NAME),
        "SourceIdentity": role.source_identity,
        "Tags": [{"Key": key, "Value": value} for key, value in role.tags],
        "TransitiveTagKeys": list(role.transitive_tag_keys),
    }
    return {name: value for name, value in arguments.items() if value}
