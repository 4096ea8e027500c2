"""Build the boto3 clients that the settings ask for."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import boto3
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    Credentials,
    DeferredRefreshableCredentials,
    InstanceMetadataProvider,
)
from botocore.exceptions import NoCredentialsError
from botocore.session import Session as BotocoreSession
from botocore.session import get_session

from ..limits import CONNECT, READ
from ..redaction import learn, learn_url
from ..settings import AssumeRole, RetryMode, Settings
from . import credential_process, wire
from .credential_process import ProcessTooSlowError
from .credentials import watch_credentials

if TYPE_CHECKING:
    from mypy_boto3_amplify import AmplifyClient
    from mypy_boto3_amplifybackend import AmplifyBackendClient
    from mypy_boto3_sts import STSClient

Client = TypeVar("Client")

JOBS = "amplifybackend"
"""AmplifyBackend, as boto3, IAM and (in capitals) AWS_ENDPOINT_URL_… name it: it has the jobs."""

APPS = "amplify"
"""AWS Amplify, so named too: it has the apps and their backend environments."""

STS = "sts"
"""AWS Security Token Service: it knows whose credentials are in use, and lends those of roles."""

CONNECTIONS = 32
"""Calls that one client may have in flight."""


class _Arguments(TypedDict):
    region_name: str | None
    endpoint_url: str | None
    config: Config


class Connection:
    """One identity, under which all of its clients call: its session is made at the first use.

    Credentials come from the ordinary AWS chain at call time. Every method raises botocore's own
    exceptions for an unknown profile or a missing region, ValueError for an endpoint that is no
    URL. May be shared by threads.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._session: boto3.Session | None = None
        self._lock = threading.Lock()
        self._too_late: ProcessTooSlowError | None = None

    def jobs(self) -> AmplifyBackendClient:
        """Return a client for jobs that makes each request once; the caller decides on retries."""
        return self._client(
            lambda session: session.client("amplifybackend", **_arguments(self.settings, session))
        )

    def apps(self) -> AmplifyClient:
        """Return a client for apps and environments; all else is as with `jobs`."""
        return self._client(
            lambda session: session.client("amplify", **_arguments(self.settings, session))
        )

    def tokens(self) -> STSClient:
        """Return a client for STS, which has its own endpoint."""
        return self._client(
            lambda session: session.client(
                "sts", **_sts_arguments(self.settings, session.region_name)
            )
        )

    def _client(self, make: Callable[[boto3.Session], Client]) -> Client:
        """Return a client with bounds, and with credentials at hand.

        boto3 gets some kinds of credentials only in the midst of the first call.
        """
        with self._lock:
            if self._too_late is not None:
                raise self._too_late
            try:
                session = self._made()
                client = make(session)
                credentials = session.get_credentials()
                if credentials is not None:
                    credentials.get_frozen_credentials()
            except ProcessTooSlowError as error:
                # What was waited for in vain once is not waited for again.
                self._too_late = error
                raise
        wire.bound(client)
        return client

    def _made(self) -> boto3.Session:
        if self._session is None:
            self._session = _boto3_session(self.settings)
        return self._session


def _boto3_session(settings: Settings) -> boto3.Session:
    core = _session(settings)
    region = _region(core, settings)
    for role in settings.assume_roles:
        core = _in_role(core, role, region, settings)
    return boto3.Session(botocore_session=core, region_name=region)


def _region(session: BotocoreSession, settings: Settings) -> str | None:
    named = settings.region or os.environ.get("AWS_REGION")
    return named or session.get_config_variable("region")


def _arguments(settings: Settings, session: boto3.Session) -> _Arguments:
    learn_url(settings.endpoint)
    return {
        "region_name": session.region_name,
        "endpoint_url": settings.endpoint,
        "config": _call_config(settings.retry_mode),
    }


def _sts_arguments(settings: Settings, region: str | None) -> _Arguments:
    learn_url(settings.sts_endpoint)
    return {
        "region_name": settings.sts_region or region,
        "endpoint_url": settings.sts_endpoint,
        "config": _call_config(settings.retry_mode),
    }


def endpoint_source(settings: Settings, service: str) -> str | None:
    """Return what sets a service's endpoint, as the user knows it; None where nothing does.

    The order is botocore's: an explicit URL, then the service's own variable, then the common one.
    """
    given = (settings.sts_endpoint, "aws:endpoints")
    url, source = given if service == STS else (settings.endpoint, settings.endpoint_source)
    if url:
        return source
    common = "AWS_ENDPOINT_URL"
    names = (f"{common}_{service.upper()}", common)
    return next((name for name in names if os.environ.get(name)), None)


def _session(settings: Settings) -> BotocoreSession:
    session = get_session()
    if settings.profile:
        session.set_config_variable("profile", settings.profile)
    credential_process.bound(session, _region(session, settings))
    if not settings.instance_credentials:
        session.get_component("credential_provider").remove(InstanceMetadataProvider.METHOD)
    watch_credentials(session)
    return session


def _call_config(retry_mode: RetryMode = "standard") -> Config:
    return Config(
        connect_timeout=CONNECT,
        read_timeout=READ,
        max_pool_connections=CONNECTIONS,
        retries={"mode": retry_mode, "total_max_attempts": 1},
        user_agent_extra="pulumi-amplify-jobs",
    )


class _RoleProvider(CredentialProvider):
    """Credentials of an assumed role, which renew themselves in time."""

    METHOD = "assume-role"

    def __init__(self, fetcher: AssumeRoleCredentialFetcher) -> None:
        super().__init__()
        self._fetcher = fetcher

    def load(self) -> Credentials:
        """Return credentials that make the AssumeRole call when they are first used."""
        return DeferredRefreshableCredentials(self._fetcher.fetch_credentials, self.METHOD)


def _in_role(
    source: BotocoreSession, role: AssumeRole, region: str | None, settings: Settings
) -> BotocoreSession:
    """Return a session whose credentials are the role's, assumed with those of `source`."""
    learn(role.external_id)
    credentials = source.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=partial(_sts_client, source, settings, region),
        source_credentials=credentials,
        role_arn=role.role_arn,
        extra_args=_extra_arguments(role),
    )
    assumed = _session(settings)
    assumed.get_component("credential_provider").providers.insert(0, _RoleProvider(fetcher))
    return assumed


def _sts_client(
    source: BotocoreSession, settings: Settings, region: str | None, name: str, **options: Any
) -> Any:
    client = source.create_client(name, **_sts_arguments(settings, region), **options)
    wire.bound(client)
    return client


def _extra_arguments(role: AssumeRole) -> dict[str, Any]:
    """Return the arguments of STS AssumeRole, the absent ones left out."""
    arguments = {
        "DurationSeconds": role.duration,
        "ExternalId": role.external_id,
        "Policy": role.policy,
        "PolicyArns": [{"arn": arn} for arn in role.policy_arns],
        "RoleSessionName": role.session_name,
        "SourceIdentity": role.source_identity,
        "Tags": [{"Key": key, "Value": value} for key, value in role.tags],
        "TransitiveTagKeys": list(role.transitive_tag_keys),
    }
    return {name: value for name, value in arguments.items() if value}
