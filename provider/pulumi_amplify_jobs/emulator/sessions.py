"""The sessions of assumed roles: temporary credentials, which the database keeps."""

import secrets
import string
from dataclasses import astuple, dataclass

from .database import Database
from .roles import RoleArn, unique_id

PREFIX = "ASIA"
"""What the access keys of temporary credentials begin with."""

_ALPHABET = string.ascii_uppercase + string.digits
_ISSUE = "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)"
_FIND = "SELECT * FROM sessions WHERE accessKeyId = ?"


@dataclass(frozen=True)
class Session:
    """A session of a role, and what requests in it are signed with.

    `expiration` is in epoch seconds by the emulator's clock.
    """

    access_key_id: str
    secret_access_key: str
    session_token: str
    role_arn: str
    role_session_name: str
    expiration: float

    @property
    def account_id(self) -> str:
        """The account of the role."""
        return RoleArn(self.role_arn).account_id

    @property
    def arn(self) -> str:
        """The session's own name, which leaves out the path of the role."""
        name = f"{RoleArn(self.role_arn).name}/{self.role_session_name}"
        return f"arn:aws:sts::{self.account_id}:assumed-role/{name}"

    @property
    def user_id(self) -> str:
        """The unique ID of whoever acts in the session."""
        return f"{unique_id('AROA', self.role_arn)}:{self.role_session_name}"


class Sessions:
    """All that were issued. Every method may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, role: RoleArn, role_session_name: str, expiration: float) -> Session:
        """Begin a session."""
        session = Session(
            access_key_id=PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(16)),
            secret_access_key=secrets.token_urlsafe(30),
            session_token=secrets.token_urlsafe(120),
            role_arn=str(role),
            role_session_name=role_session_name,
            expiration=expiration,
        )
        self._database.write(_ISSUE, astuple(session))
        return session

    def find(self, access_key_id: str | None) -> Session | None:
        """Return the session that an access key was issued for, or None for a long-term key."""
        if access_key_id is None or not access_key_id.startswith(PREFIX):
            return None
        rows = self._database.read(_FIND, (access_key_id,))
        return next((Session(*row) for row in rows), None)

    def clear(self) -> None:
        """Forget them all."""
        self._database.write("DELETE FROM sessions")
