"""Where credentials come from, before any role: the environment or a profile, asked once for all.

Many targets lend their roles from one identity. Its process is run, its sign-in is read and its
metadata is asked for once in this process, not for each of them.
"""

from __future__ import annotations

import copy
import os
import threading
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import botocore.exceptions as boto
from botocore.credentials import InstanceMetadataProvider
from botocore.hooks import HierarchicalEmitter
from botocore.parsers import ResponseParser, ResponseParserFactory, RestJSONParser
from botocore.session import Session as BotocoreSession

from ..settings import Settings
from ..threads import AbandonedError
from . import credential_process
from .credentials import renew_in_time, watch_credentials
from .data_loader import shared_loader
from .failures.network import causes_of
from .failures.stages import Named, Names, Stage, StageError, staged

T = TypeVar("T")

PASSING = (boto.ClientError, boto.HTTPClientError, boto.ConnectionError, AbandonedError)
"""What credentials may fail with that later calls may do without: their own calls failed."""


def is_hopeless(problem: StageError) -> bool:
    """Say whether what went wrong before a call would go wrong again in this process."""
    return not any(isinstance(each, PASSING) for each in causes_of(problem.error))


@cache
def _handlers() -> HierarchicalEmitter:
    """Return botocore's own handlers of events, of which each session wants a copy.

    To have a session register them takes most of the time that it is made in.
    """
    handlers = HierarchicalEmitter()
    BotocoreSession(event_hooks=handlers)
    return handlers


class _Parsers(ResponseParserFactory):
    """Leaves times in JSON as text: those of jobs are text, and no app's matters.

    botocore would refuse a whole list for one time that it can't read. STS answers in XML; what SSO
    says of times is a number.
    """

    def create_parser(self, protocol_name: str) -> ResponseParser:
        """Return a parser of the protocol's answers."""
        if protocol_name == "rest-json":
            return RestJSONParser(timestamp_parser=str)
        return super().create_parser(protocol_name)


def new_session(profile: str | None) -> BotocoreSession:
    """Return a session that shares botocore's data with all others of this process."""
    session = BotocoreSession(event_hooks=copy.copy(_handlers()), include_builtin_handlers=False)
    session.register_component("response_parser_factory", _Parsers())
    if profile:
        session.set_config_variable("profile", profile)
    session.lazy_register_component(
        "data_loader", lambda: shared_loader(session.get_config_variable("data_path"))
    )
    return session


def region_of(session: BotocoreSession, settings: Settings) -> str | None:
    """Return the region that the settings, the environment or the session's profile name."""
    named = settings.region or os.environ.get("AWS_REGION")
    return named or session.get_config_variable("region")


class Source:
    """The credentials that a profile or the environment has, and a session under them.

    May be shared by threads; who makes clients of the session holds `lock` meanwhile.
    """

    def __init__(self, settings: Settings, names: Names) -> None:
        self.lock = threading.RLock()
        self._settings = settings
        self._names = names
        self._session: BotocoreSession | None = None
        self._hopeless: StageError | None = None
        self._clients: dict[object, Any] = {}

    def client(self, key: object, make: Callable[[], T]) -> T:
        """Return the client that was made for this key, or make it."""
        with self.lock:
            if key not in self._clients:
                self._clients[key] = make()
            client: T = self._clients[key]
            return client

    def session(self) -> BotocoreSession:
        """Return the session, whose credentials are at hand.

        Raises StageError. What would keep them away again is kept: a process that hangs is not
        waited for twice.
        """
        with self.lock:
            if self._hopeless is not None:
                raise self._hopeless
            try:
                self._session = self._session or self._made()
                credentials: Any = self._session.get_credentials()
                with staged(Stage.CREDENTIALS, self._names, credentials.method):
                    credentials.get_frozen_credentials()
            except StageError as problem:
                if is_hopeless(problem):
                    self._hopeless = problem
                raise
            return self._session

    def _made(self) -> BotocoreSession:
        with staged(Stage.CREDENTIALS, self._names):
            session = new_session(self._settings.profile)
            credential_process.bound(session, region_of(session, self._settings))
            chain = session.get_component("credential_provider")
            if not self._settings.instance_credentials:
                chain.remove(InstanceMetadataProvider.METHOD)
            profiles = session.full_config.get("profiles", {})
            chain.providers[:] = [
                Named(provider, self._names, profiles) for provider in chain.providers
            ]
            watch_credentials(session, self._names)
            credentials = session.get_credentials()
            if credentials is None:
                raise boto.NoCredentialsError
            renew_in_time(credentials)
        return session


_sources: WeakValueDictionary[object, Source] = WeakValueDictionary()
_lock = threading.Lock()


def source_for(settings: Settings, names: Names) -> Source:
    """Return the source of the settings' credentials, the same one for all that mean the same.

    The environment is what it is now: it, too, says whose credentials they are.
    """
    environment = frozenset(
        (name, value)
        for name, value in os.environ.items()
        if name.startswith("AWS_") or name == "HOME"
    )
    with _lock:
        lent = _are_lent(settings.profile, environment)
        # What STS lends in one region is not to depend on another one, which may be switched off.
        region = settings.region if lent else None
        key = (settings.profile, settings.instance_credentials, region, environment)
        source = _sources.get(key)
        if source is None:
            source = _sources[key] = Source(settings, names)
        return source


@lru_cache(maxsize=64)
def _are_lent(profile: str | None, _environment: frozenset[tuple[str, str]]) -> bool:
    """Say whether STS lends a profile's or the environment's own credentials."""
    try:
        found = new_session(profile).get_scoped_config()
    except boto.BotoCoreError:  # its user is told when the credentials are looked for
        found = {}
    return "role_arn" in found or "AWS_WEB_IDENTITY_TOKEN_FILE" in os.environ
