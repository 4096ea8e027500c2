"""Build the clients that the settings ask for: botocore's, which are those that boto3 hands out.

boto3 itself would load all that S3's transfers need.
"""

from __future__ import annotations

import os
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast
from urllib.parse import urlsplit

import botocore.exceptions as boto
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    Credentials,
    DeferredRefreshableCredentials,
    InstanceMetadataProvider,
    RefreshableCredentials,
)
from botocore.session import Session as BotocoreSession
from botocore.session import get_session
from botocore.utils import ensure_boolean

from ..limits import CONNECT, PATIENCE, READ
from ..logs import logger
from ..redaction import learn, learn_url
from ..settings import AssumeRole, Settings
from ..threads import AbandonedError
from . import bounded_http, credential_process
from .credentials import watch_credentials
from .failures.network import causes_of
from .failures.stages import Named, Names, Stage, StageError, first_set, staged

if TYPE_CHECKING:
    from mypy_boto3_amplify import AmplifyClient
    from mypy_boto3_amplifybackend import AmplifyBackendClient
    from mypy_boto3_sts import STSClient

log = logger(__name__)

JOBS = "amplifybackend"
"""AmplifyBackend, as boto3, IAM and (in capitals) AWS_ENDPOINT_URL_… name it: it has the jobs."""

APPS = "amplify"
"""AWS Amplify, so named too: it has the apps and their backend environments."""

STS = "sts"
"""AWS Security Token Service: it knows whose credentials are in use, and lends those of roles."""

CONNECTIONS = 32
"""Calls that one client may have in flight."""


RENEWED_AHEAD = 15 * 60
"""Seconds before their end from which on botocore renews credentials, in the midst of a call."""

PASSING = (boto.ClientError, boto.HTTPClientError, boto.ConnectionError, AbandonedError)
"""What credentials may fail with that later calls may do without: their own calls failed."""


ClientT = TypeVar("ClientT", bound=BaseClient)


class _Arguments(TypedDict):
    region_name: str | None
    endpoint_url: str | None
    config: Config


class Connection:
    """One identity, under which all of its clients call: its session is made at the first use.

    Credentials come from the ordinary AWS chain at call time. Making a client raises StageError for
    an unknown profile, a missing region, an endpoint that is no URL and the like. May be shared by
    threads.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._session: BotocoreSession | None = None
        self._lock = threading.Lock()
        self._names = _names_in(settings)
        self._hopeless: StageError | None = None

    def jobs(self) -> AmplifyBackendClient:
        """Return a client for jobs that makes each request once; the caller decides on retries."""
        return cast("AmplifyBackendClient", self._client(JOBS))

    def apps(self) -> AmplifyClient:
        """Return a client for apps and environments; all else is as with `jobs`."""
        return cast("AmplifyClient", self._client(APPS))

    def tokens(self) -> STSClient:
        """Return a client for STS, which has its own endpoint."""
        return cast("STSClient", self._client(STS))

    def _client(self, service: str) -> BaseClient:
        """Return a client with bounds, and with credentials at hand.

        botocore gets some kinds of credentials only in the midst of the first call. What keeps them
        away would do so again, and is kept: a process that hangs is not waited for twice.
        """
        with self._lock:
            if self._hopeless is not None:
                raise self._hopeless
            try:
                self._session = self._session or _identity_session(self.settings, self._names)
                with staged(Stage.SETTINGS, self._names):
                    region = self._session.get_config_variable("region")
                    arguments = _arguments(service, self.settings, region)
                    client = self._session.create_client(service, **arguments)
                    _ = urlsplit(client.meta.endpoint_url).port  # ValueError for one that is none
                method = self._freeze(self._session)
            except StageError as problem:
                if not any(isinstance(each, PASSING) for each in causes_of(problem.error)):
                    self._hopeless = problem
                raise
        log.info(
            "%s: region %s, endpoint %s, credentials from %s",
            client.meta.service_model.service_name,
            client.meta.region_name,
            client.meta.endpoint_url,
            method,
        )
        bounded_http.bound(client)
        return client

    def _freeze(self, session: BotocoreSession) -> str:
        """Get the credentials; return botocore's name of where they are from."""
        credentials: Any = session.get_credentials()
        method: str = credentials.method
        with staged(Stage.CREDENTIALS, self._names, method):
            credentials.get_frozen_credentials()
        return method

    def is_settled(self) -> bool:
        """Say whether the credentials are at hand, and won't be renewed in the next call."""
        credentials = self._session.get_credentials() if self._session else None
        if not isinstance(credentials, RefreshableCredentials):
            return credentials is not None
        return not credentials.refresh_needed(int(RENEWED_AHEAD + PATIENCE))

    def endpoint_source(self, service: str) -> str | None:
        """Return what sets a service's endpoint, as the user knows it; None where nothing does.

        The order is botocore's: an explicit URL, then the service's own variable, the common one,
        and the AWS profile.
        """
        settings = self.settings
        given = (settings.sts_endpoint, "aws:endpoints")
        url, source = given if service == STS else (settings.endpoint, settings.endpoint_source)
        if url and service in (JOBS, APPS, STS):
            return source
        core = get_session()
        if settings.profile:
            core.set_config_variable("profile", settings.profile)
        try:
            if ensure_boolean(core.get_config_variable("ignore_configured_endpoint_urls")):
                return None
            profile = core.get_scoped_config()
        except boto.BotoCoreError:
            return None
        common = "AWS_ENDPOINT_URL"
        found = first_set(f"{common}_{service.upper()}", common)
        in_profile = {"endpoint_url", "services"} & profile.keys()
        return found or (
            f"endpoint_url of the AWS profile {self._names.profile}" if in_profile else None
        )


def _names_in(settings: Settings) -> Names:
    """Return what the user calls the settings, by where they come from."""
    chosen = first_set("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    region = first_set("AWS_REGION", "AWS_DEFAULT_REGION")
    return Names(
        profile=settings.profile or (os.environ[chosen] if chosen else "default"),
        profile_source=settings.profile_source if settings.profile else chosen,
        region_source=settings.region_source if settings.region else region,
    )


def _identity_session(settings: Settings, names: Names) -> BotocoreSession:
    """Return a session under the settings' identity, in their region."""
    with staged(Stage.CREDENTIALS, names):
        core = _session(settings, names)
        region = _region(core, settings)
        for role in settings.assume_roles:
            core = _in_role(core, role, region, settings, names)
        if core.get_credentials() is None:
            raise boto.NoCredentialsError
    if region is not None:
        core.set_config_variable("region", region)
    return core


def _region(session: BotocoreSession, settings: Settings) -> str | None:
    named = settings.region or os.environ.get("AWS_REGION")
    return named or session.get_config_variable("region")


def _arguments(service: str, settings: Settings, region: str | None) -> _Arguments:
    """Return what a service's client is made with, `region` being that of the session."""
    endpoint = settings.endpoint
    if service == STS:
        region, endpoint = settings.sts_region or region, settings.sts_endpoint
    learn_url(endpoint)
    config = Config(
        connect_timeout=CONNECT,
        read_timeout=READ,
        max_pool_connections=CONNECTIONS,
        retries={"mode": settings.retry_mode, "total_max_attempts": 1},
        user_agent_extra="pulumi-amplify-jobs",
    )
    return {"region_name": region, "endpoint_url": endpoint, "config": config}


def _session(settings: Settings, names: Names) -> BotocoreSession:
    session = get_session()
    if settings.profile:
        session.set_config_variable("profile", settings.profile)
    credential_process.bound(session, _region(session, settings))
    chain = session.get_component("credential_provider")
    if not settings.instance_credentials:
        chain.remove(InstanceMetadataProvider.METHOD)
    profiles = session.full_config.get("profiles", {})
    chain.providers[:] = [Named(provider, names, profiles) for provider in chain.providers]
    watch_credentials(session, names)
    return session


class _RoleProvider(CredentialProvider):
    """Credentials of an assumed role, which renew themselves in time."""

    METHOD = "assumeRoles"

    def __init__(self, fetcher: AssumeRoleCredentialFetcher) -> None:
        super().__init__()
        self._fetcher = fetcher

    def load(self) -> Credentials:
        """Return credentials that make the AssumeRole call when they are first used."""
        return DeferredRefreshableCredentials(self._fetcher.fetch_credentials, self.METHOD)


def _in_role(
    source: BotocoreSession,
    role: AssumeRole,
    region: str | None,
    settings: Settings,
    names: Names,
) -> BotocoreSession:
    """Return a session whose credentials are the role's, assumed with those of `source`."""
    learn(role.external_id)
    credentials = source.get_credentials()
    if credentials is None:
        raise boto.NoCredentialsError
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=partial(_sts_client, source, settings, region),
        source_credentials=credentials,
        role_arn=role.role_arn,
        extra_args=_extra_arguments(role),
    )
    assumed = _session(settings, names)
    assumed.get_component("credential_provider").providers.insert(0, _RoleProvider(fetcher))
    return assumed


def _sts_client(
    source: BotocoreSession, settings: Settings, region: str | None, name: str, **options: Any
) -> Any:
    client = source.create_client(name, **_arguments(STS, settings, region), **options)
    bounded_http.bound(client)
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
