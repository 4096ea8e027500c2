"""What botocore was at when something went wrong: as data, as exceptions alone don't say.

A ValueError while credentials are looked for speaks of a program's output, one while a client is
made of the endpoint.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

from botocore.credentials import CredentialProvider

from ...errors import AmplifyJobsError


class Stage(Enum):
    """Before the call itself."""

    CREDENTIALS = "credentials are looked for, or renewed"
    SETTINGS = "a client is made of the settings"


@dataclass(frozen=True)
class Names:
    """What the user calls the settings that a session was made of."""

    profile: str
    """The AWS profile in use."""
    profile_source: str | None
    """What chose the profile, such as AWS_PROFILE; None: it is the default one."""
    region_source: str | None
    """What set the region; None where nothing is known to."""


def first_set(*variables: str) -> str | None:
    """Return the first of these environment variables that has a value."""
    return next((name for name in variables if os.environ.get(name)), None)


class StageError(Exception):
    """An exception that came before the call itself."""

    def __init__(self, stage: Stage, error: Exception, names: Names, method: str) -> None:
        super().__init__(f"{type(error).__name__} while {stage.value}")
        self.stage = stage
        self.error = error
        self.names = names
        self.method = method
        """How credentials were looked for, in botocore's word; empty where it is not known."""


@contextmanager
def staged(stage: Stage, names: Names, method: str = "") -> Iterator[None]:
    """Raise StageError for what goes wrong inside; our own errors pass, as they are."""
    try:
        yield
    except (AmplifyJobsError, StageError):
        raise
    except Exception as error:
        raise StageError(stage, error, names, method) from error


class Named(CredentialProvider):
    """A credential provider of botocore's chain whose failures name it."""

    def __init__(self, provider: Any, names: Names, profiles: Mapping[str, Any]) -> None:
        super().__init__()
        self.METHOD = provider.METHOD
        self.CANONICAL_NAME = provider.CANONICAL_NAME
        self._provider = provider
        self._names = names
        self._profiles = profiles

    def load(self) -> Any:
        """Return the provider's credentials, None where it has none. Raises StageError."""
        with staged(Stage.CREDENTIALS, self._names, self.METHOD or ""):
            if self.METHOD == "assume-role":
                refuse_mfa(self._profiles, self._names.profile)
            return self._provider.load()


class MfaNeededError(Exception):
    """A profile wants a code that somebody would have to type in."""


def refuse_mfa(profiles: Mapping[str, Any], name: str) -> None:
    """Raise MfaNeededError where the profile, or one that it leads to, wants an MFA code.

    botocore would ask for it on the terminal: under the engine nobody sees that, and a command
    calls from several threads.
    """
    seen: set[str] = set()
    while name not in seen and isinstance(profiles.get(name), Mapping):
        profile = profiles[name]
        if "role_arn" in profile and "mfa_serial" in profile:
            raise MfaNeededError
        seen.add(name)
        name = profile.get("source_profile", name)
