"""Roles: their names, and whom those that a seed lists trust."""

import base64
import hashlib
import re
from collections.abc import Collection
from typing import Annotated

from pydantic import AfterValidator, Field

from .entities import Entity

_ROLE_ARN = re.compile(
    r"arn:aws:iam::(?P<account>[0-9]{12}):role/([!-~]*/)?(?P<name>[\w+=,.@-]{1,64})", re.ASCII
)
_PRINCIPAL = re.compile(r"[0-9]{12}|arn:aws:(iam|sts)::[0-9]{12}:\S+")


class RoleArn(str):
    """The name of a role: ``arn:aws:iam::ACCOUNT:role/PATH/NAME``. Raises ValueError for another.

    A session of the role has the role's name in its own, without the path.
    """

    def __init__(self, text: str) -> None:
        match = _ROLE_ARN.fullmatch(text)
        if match is None:
            example = "arn:aws:iam::111122223333:role/NAME"
            raise ValueError(f"{text[:100]!a} is not the ARN of a role, such as {example}")
        self.account_id: str = match["account"]
        self.name: str = match["name"]


def _checked(role_arn: str) -> str:
    RoleArn(role_arn)
    return role_arn


def principal_problem(name: str) -> str | None:
    """Why this names no account, user, role or session, or None when it does."""
    if _PRINCIPAL.fullmatch(name):
        return None
    return f"{name[:100]!a} is neither an account ID nor an ARN"


def _principals(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    for problem in filter(None, map(principal_problem, names or ())):
        raise ValueError(f"principals: {problem}")
    return names


class Role(Entity):
    """A role that may not be assumed by everyone.

    `principals` are the accounts (by their IDs) and the users, roles and sessions (by their ARNs)
    that may: all of them, unless given. `external_id` is what they must then send.
    """

    role_arn: Annotated[str, AfterValidator(_checked)]
    # Not strict, or a list would be no tuple; the names in it are text all the same.
    principals: Annotated[
        tuple[Annotated[str, Field(strict=True)], ...] | None,
        Field(strict=False),
        AfterValidator(_principals),
    ] = None
    external_id: str | None = None

    @property
    def key(self) -> RoleArn:
        """The role's ARN."""
        return RoleArn(self.role_arn)

    def trusts(self, names: Collection[str], external_id: str | None) -> bool:
        """Return whether whoever goes by these names may assume the role."""
        known = self.principals is None or any(name in names for name in self.principals)
        return known and self.external_id in (None, external_id)


def unique_id(prefix: str, arn: str) -> str:
    """Return an ID that looks like one of IAM's, always the same for the same name."""
    digest = hashlib.sha256(arn.encode()).digest()
    return prefix + base64.b32encode(digest).decode()[:17]
