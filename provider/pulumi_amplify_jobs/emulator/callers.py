"""Who makes a request: read from its signature, which is checked elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .places import DEFAULT, Place
from .roles import unique_id
from .sessions import Session

_CREDENTIAL = re.compile(r"\bCredential=([^\s,]+)")


@dataclass(frozen=True)
class Signer:
    """What a request says of who signed it, and for which region; nothing, if it is not signed."""

    access_key_id: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class Caller:
    """Who makes a request, in the words of IAM.

    `place` is where the apps are that it is about, and `session` that of a role that was assumed.
    """

    account_id: str
    arn: str
    place: Place
    signer: Signer
    session: Session | None = None

    @property
    def user_id(self) -> str:
        """The unique ID, as STS has it."""
        return self.session.user_id if self.session else unique_id("AIDA", self.arn)

    @property
    def names(self) -> set[str]:
        """All that a trust policy may call the caller by."""
        role = {self.session.role_arn} if self.session else set()
        return {self.account_id, f"arn:aws:iam::{self.account_id}:root", self.arn, *role}

    def denied(self, action: str, resource: str) -> str:
        """Return what AWS says where the caller may not do this."""
        return f"User: {self.arn} is not authorized to perform: {action} on resource: {resource}"


def signer_of(authorization: str) -> Signer:
    """Return what an Authorization header says."""
    match = _CREDENTIAL.search(authorization)
    parts = match[1].rsplit("/", 4) if match else []
    return Signer(parts[0], parts[2]) if len(parts) == 5 else Signer()


def anyone(signer: Signer) -> Caller:
    """Return the caller where there are no accounts to tell apart."""
    arn = f"arn:aws:sts::{DEFAULT.account_id}:assumed-role/ci/run"
    return Caller(DEFAULT.account_id, arn, DEFAULT, signer)
