"""Whose credentials are in use: checked before any other call, where the stack names accounts."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..clock import Clock
from ..errors import CredentialsError, MalformedAnswerError, one_line
from ..settings import Settings
from .calls import Caller
from .retry import Budget
from .session import STS, Connection

CALL = "GetCallerIdentity"
"""Source: the STS API reference. It takes no permission, and its answer names the account."""

ACCOUNT = re.compile(r"\d{12}", re.ASCII)


@dataclass(frozen=True)
class Identity:
    """Whose credentials are in use."""

    account: str
    """The AWS account's ID."""
    arn: str


def account_guard(connection: Connection, clock: Clock) -> Callable[[], None]:
    """Return what is to be called before any call, from any thread.

    It raises CredentialsError for credentials of an account that the settings don't take, and
    ServiceError where STS can't be asked. It asks once, and not at all where no account is named;
    a refusal stands.
    """
    settings = connection.settings
    if not any((settings.account_id, settings.allowed_accounts, settings.forbidden_accounts)):
        return lambda: None
    caller = Caller(
        connection.tokens,
        Budget(settings.max_retries),
        clock,
        service=STS,
        target=settings.target,
        locate=connection.endpoint_source,
        advice=settings.cures,
    )
    lock = threading.Lock()

    @cache
    def problem() -> str | None:
        identity = caller.make(CALL, lambda client: identity_from(client.get_caller_identity()))
        return refusal(settings, identity)

    def check() -> None:
        with lock:
            refused = problem()
        if refused is not None:
            raise CredentialsError(refused)

    return check


def identity_from(answer: Mapping[str, Any]) -> Identity:
    """Read the answer of GetCallerIdentity. Raises MalformedAnswerError."""
    account = answer.get("Account")
    if not isinstance(account, str) or not ACCOUNT.fullmatch(account):
        raise MalformedAnswerError("the response names no account", CALL)
    return Identity(account, one_line(str(answer.get("Arn") or "an unnamed identity")))


def refusal(settings: Settings, identity: Identity) -> str | None:
    """Return why no call may be made with these credentials, or None where one may."""
    whose = f" of target {settings.target}" if settings.target else ""
    who = f"the credentials{whose} belong to AWS account {identity.account} ({identity.arn})"
    if settings.account_id is not None and identity.account != settings.account_id:
        cure = "sign in to that account, or correct the target's accountId, profile or assumeRoles"
        return f"{who}, but the target's accountId is {settings.account_id}; {cure}"
    allowed, forbidden = settings.allowed_accounts, settings.forbidden_accounts
    if allowed is not None and identity.account not in allowed.ids:
        cure = f"sign in to that account, or correct {allowed.source}"
        return f"{who}, but {allowed.source} allows only {', '.join(allowed.ids)}; {cure}"
    if forbidden is not None and identity.account in forbidden.ids:
        cure = f"sign in to another account, or correct {forbidden.source}"
        return f"{who}, and {forbidden.source} forbids {identity.account}; {cure}"
    return None
