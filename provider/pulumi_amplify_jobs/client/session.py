"""Build the clients that the settings ask for: botocore's, which are those that boto3 hands out.

boto3 itself would load all that S3's transfers need.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast
from urllib.parse import urlsplit

import botocore.exceptions as boto
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import CredentialResolver, RefreshableCredentials
from botocore.session import Session as BotocoreSession
from botocore.utils import ensure_boolean

from ..limits import CONNECT, PATIENCE, READ
from ..logs import logger
from ..redaction import learn_url
from ..settings import Settings
from . import bounded_http
from .credentials import RENEWED_AHEAD, watch_credentials
from .failures.stages import Names, Stage, StageError, first_set, staged
from .responses import without_false_lists
from .roles import METHOD, InRole, in_roles
from .sources import Source, is_hopeless, new_session, region_of, source_for

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
        self._source: Source | None = None
        self._in_role: BotocoreSession | None = None
        self._credentials: object = None
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
        away would do so again, and is kept.
        """
        with self._lock:
            if self._hopeless is not None:
                raise self._hopeless
            try:
                self._source = self._source or source_for(self.settings, self._names)
                session = self._session(self._source)
                with staged(Stage.SETTINGS, self._names):
                    client: BaseClient = _made(self._source, session, service, self.settings)
                method = self._freeze(session)
            except StageError as problem:
                # What the source of several targets knows by one of them is this one's problem.
                own = StageError(problem.stage, problem.error, self._names, problem.method)
                if is_hopeless(own):
                    self._hopeless = own
                raise own from problem.error
        log.info(
            "%s: region %s, endpoint %s, credentials from %s",
            client.meta.service_model.service_name,
            client.meta.region_name,
            client.meta.endpoint_url,
            method,
        )
        return client

    def _session(self, source: Source) -> BotocoreSession:
        """Return the session of the source itself, or one in the last of the settings' roles."""
        session = source.session()
        if not self.settings.assume_roles:
            return session
        if self._in_role is None:
            self._in_role = _in_role(source, session, self.settings, self._names)
        return self._in_role

    def _freeze(self, session: BotocoreSession) -> str:
        """Get the credentials; return botocore's name of where they are from."""
        credentials: Any = session.get_credentials()
        method: str = credentials.method
        with staged(Stage.CREDENTIALS, self._names, method):
            credentials.get_frozen_credentials()
        self._credentials = credentials
        return method

    def is_settled(self) -> bool:
        """Say whether the credentials are at hand, and won't be renewed in the next call."""
        credentials = self._credentials
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
        core = new_session(settings.profile)
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


def _in_role(
    source: Source, session: BotocoreSession, settings: Settings, names: Names
) -> BotocoreSession:
    """Return a session whose credentials are those of a role, lent to those of `session`."""

    def lender(service: str, **_keys: Any) -> Any:
        region = settings.sts_region or region_of(session, settings)
        alike = (region, settings.sts_endpoint, settings.retry_mode)
        return source.client(alike, lambda: _made(source, session, service, settings))

    def create_sts(service: str, **keys: Any) -> Any:
        return _made(source, session, service, settings, **keys)

    own: Any = session.get_credentials()
    with staged(Stage.CREDENTIALS, names, METHOD):
        credentials = in_roles(own, settings, lender, create_sts)
        assumed = new_session(settings.profile)
        assumed.register_component("credential_provider", CredentialResolver([InRole(credentials)]))
        watch_credentials(assumed, names)
    return assumed


def _made(
    source: Source, session: BotocoreSession, service: str, settings: Settings, **keys: Any
) -> Any:
    """Return a client of the session, or of the `keys` that are handed over, with bounds."""
    with source.lock:
        arguments = _arguments(service, settings, region_of(session, settings))
        client: Any = session.create_client(service, **arguments, **keys)
    _ = urlsplit(client.meta.endpoint_url).port  # ValueError for one that is none
    bounded_http.bound(client)
    client.meta.events.register("response-received", without_false_lists)
    return client


def _arguments(service: str, settings: Settings, region: str | None) -> _Arguments:
    """Return what a service's client is made with, in this region."""
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
