"""The credentials that requests are signed with: learned, so that no text shows them, and checked.

A pasted secret often ends in a line break. http.client refuses such a header with the whole of its
value, and only when the request is sent; here the variable is named instead, before any call. And
botocore takes from JSON whatever is there, such as a number.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from typing import Any

from botocore.credentials import ReadOnlyCredentials, RefreshableCredentials
from botocore.session import Session as BotocoreSession

from ..errors import CredentialsError
from ..redaction import learn
from .failures.setup import CONTAINER
from .failures.stages import Names, Stage, first_set, staged

SECRET_PARAMETERS = {
    "accessToken",
    "clientSecret",
    "ExternalId",
    "refreshToken",
    "SAMLAssertion",
    "TokenCode",
    "WebIdentityToken",
}
"""Secret parameters of the calls that bring credentials: STS, IAM Identity Center and its OIDC."""

VARIABLES = {
    "access_key": ("AWS_ACCESS_KEY_ID",),
    "secret_key": ("AWS_SECRET_ACCESS_KEY",),
    "token": ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"),
}
"""The environment variables of each part of credentials, in botocore's order."""

PROFILE_KEYS = {
    "access_key": "aws_access_key_id",
    "secret_key": "aws_secret_access_key",
    "token": "aws_session_token",
}

PROCESS_KEYS = {
    "access_key": "AccessKeyId",
    "secret_key": "SecretAccessKey",
    "token": "SessionToken",
}

SERVED_KEYS = {**PROCESS_KEYS, "token": "Token"}
"""What a container's and a machine's own metadata call them."""

KINDS: dict[type, str] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}
"""Values of JSON that are no text."""

RENEWED_AHEAD = 5 * 60
"""Seconds before their end from which on credentials are renewed, in the midst of a call."""

RENEWED_AT_LATEST = 2 * 60
"""The same from which on no call goes on with the old ones; a call has no more time in all."""


def renew_in_time(credentials: object) -> None:
    """Have credentials that end renewed before they do, and not at every call.

    botocore begins 15 minutes before their end, and STS may have lent them for just that long.
    """
    if isinstance(credentials, RefreshableCredentials):
        credentials._advisory_refresh_timeout = RENEWED_AHEAD  # type: ignore[attr-defined]
        credentials._mandatory_refresh_timeout = RENEWED_AT_LATEST  # type: ignore[attr-defined]


def watch_credentials(session: BotocoreSession, names: Names) -> None:
    """Learn what the session's clients send to prove who they are, and refuse what none can send.

    From then on every call fails with CredentialsError before it is made, where a credential is no
    text, is missing, or has blanks, control characters or what is no ASCII in it.
    """
    good: ReadOnlyCredentials | None = None

    def before_sign(**event: Any) -> None:
        nonlocal good
        credentials = getattr(event.get("request_signer"), "_credentials", None)
        if credentials is None:
            return
        with staged(Stage.CREDENTIALS, names, credentials.method):
            frozen = credentials.get_frozen_credentials()
        if frozen == good:
            return
        parts = {part: getattr(frozen, part) for part in VARIABLES}
        learn(*(value for value in parts.values() if isinstance(value, str)))
        for part, value in parts.items():
            problem = _problem(part, value)
            if problem:
                method = credentials.method
                where = _variable_of(part, value) or _name_of(part, method, names.profile)
                raise CredentialsError(f"{where} {problem}")
        good = frozen

    session.register("before-sign", before_sign)
    session.register("provide-client-params", _learn_parameters)


def _problem(part: str, value: object) -> str | None:
    """Why nothing can be signed with a part of credentials, and the cure; None where it can."""
    if value in (None, ""):
        # Credentials for good have no token.
        return None if part == "token" else "is missing or empty: set it"
    if not isinstance(value, str):
        return f"is {KINDS.get(type(value), 'not text')}: make it text"
    return header_problem(value)


def header_problem(value: str) -> str | None:
    """Why a request's header can't carry this value, and the cure; None where it can."""
    wrong = [character for character in value if not _is_usable(character)]
    if not wrong:
        return None
    if not _is_usable(value[-1]):
        return f"ends in {_kind_of(value[-1])}: remove it"
    if not _is_usable(value[0]):
        return f"begins with {_kind_of(value[0])}: remove it"
    return f"has {_kind_of(wrong[0])} in it: remove it"


def _is_usable(character: str) -> bool:
    return "!" <= character <= "~"


def _kind_of(character: str) -> str:
    if character in "\r\n":
        return "a line break"
    if character.isspace():
        return "whitespace"
    if unicodedata.category(character) == "Cc":
        return "a control character"
    return "a character that is not ASCII"


def _variable_of(part: str, value: object) -> str | None:
    """Return the environment variable that a part of credentials came from, if one did.

    To a client of STS botocore hands them over as mere values, wherever they came from.
    """
    return next((name for name in VARIABLES[part] if value == os.environ.get(name, ())), None)


def _name_of(part: str, method: str, profile: str) -> str:
    """Return what the user calls a part of credentials, by how botocore came to them."""
    if method in ("shared-credentials-file", "config-file"):
        return f"{PROFILE_KEYS[part]} of the AWS profile {profile}"
    if method == "custom-process":
        return f"{PROCESS_KEYS[part]} from credential_process of the AWS profile {profile}"
    if method == "container-role":
        return f"{SERVED_KEYS[part]} from what {first_set(*CONTAINER)} names"
    if method == "iam-role":
        return f"{SERVED_KEYS[part]} from the machine's metadata"
    return f"{PROCESS_KEYS[part]} of the credentials ({method})"


def _learn_parameters(**event: Any) -> None:
    params = event.get("params")
    if isinstance(params, Mapping):
        secret = (params[name] for name in SECRET_PARAMETERS & params.keys())
        learn(*(value for value in secret if isinstance(value, str)))
