"""STS: temporary credentials, and who a caller is."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from .accounts import Accounts
from .callers import Caller
from .movable_clock import MovableClock
from .query_protocol import QueryError
from .roles import RoleArn
from .sessions import Sessions
from .signatures import SignatureError

_ASSUME = "sts:AssumeRole"
_DURATION = 3600
_LONGEST_IN_A_CHAIN = 3600
"""Seconds."""

_CODES = {
    "ExpiredTokenException": "ExpiredToken",
    "IncompleteSignatureException": "IncompleteSignature",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "UnrecognizedClientException": "InvalidClientTokenId",
}
"""STS has names of its own for what is wrong with a signature."""


def refusal(refused: SignatureError) -> QueryError:
    """Return what STS answers to a request that is not rightly signed."""
    return QueryError(_CODES[refused.error], refused.message, 403)


class TokenService:
    """The operations of STS that the emulator knows, by the model's names."""

    def __init__(self, accounts: Accounts, sessions: Sessions, clock: MovableClock) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._clock = clock
        self.operations: Mapping[str, Callable[[Caller, Mapping[str, Any]], dict[str, Any]]] = {
            "AssumeRole": self.assume_role,
            "GetCallerIdentity": self.get_caller_identity,
        }

    def get_caller_identity(self, caller: Caller, _inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return who the caller is."""
        return {"UserId": caller.user_id, "Account": caller.account_id, "Arn": caller.arn}

    def assume_role(self, caller: Caller, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Begin a session of a role. Raises `QueryError`."""
        role, seconds = _role(inputs), inputs.get("DurationSeconds", _DURATION)
        denied = self._accounts.denial(caller, _ASSUME, role)
        if denied is None and not self._accounts.allows(caller, role, inputs.get("ExternalId")):
            denied = caller.denied(_ASSUME, role)
        if denied is not None:
            raise QueryError("AccessDenied", denied, 403)
        if caller.session and seconds > _LONGEST_IN_A_CHAIN:
            limit = "the 1 hour session limit for roles assumed by role chaining"
            raise QueryError(
                "ValidationError", f"The requested DurationSeconds exceeds {limit}", 400
            )
        name = inputs["RoleSessionName"]
        session = self._sessions.issue(role, name, self._clock() + seconds)
        # By the clients' clocks, which do not move with `advance`.
        expiration = datetime.datetime.fromtimestamp(
            self._clock.base() + seconds, datetime.timezone.utc
        )
        source = {"SourceIdentity": inputs["SourceIdentity"]} if "SourceIdentity" in inputs else {}
        return {
            "Credentials": {
                "AccessKeyId": session.access_key_id,
                "SecretAccessKey": session.secret_access_key,
                "SessionToken": session.session_token,
                "Expiration": expiration,
            },
            "AssumedRoleUser": {"AssumedRoleId": session.user_id, "Arn": session.arn},
            **source,
        }


def _role(inputs: Mapping[str, Any]) -> RoleArn:
    try:
        return RoleArn(inputs["RoleArn"])
    except ValueError:
        raise QueryError("ValidationError", "Request ARN is invalid", 400) from None
