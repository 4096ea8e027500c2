"""GitHub's answers, checked: what is no comment is an error, never a comment without text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import AliasPath, Field, TypeAdapter, ValidationError

from .decisions import Comment


class MalformedError(ValueError):
    """The answer is not what GitHub's API promises."""


@dataclass
class User:
    """The account of a token, as the REST API gives it."""

    id: int


@dataclass
class Viewer:
    """The same, as the GraphQL API gives it, of a bot too; None where it refuses the query."""

    id: Annotated[int | None, Field(validation_alias=AliasPath("data", "viewer", "databaseId"))] = (
        None
    )


T = TypeVar("T")

_ONE, _MANY = TypeAdapter(Comment), TypeAdapter(list[Comment])
_USER, _VIEWER = TypeAdapter(User), TypeAdapter(Viewer)


def comment_in(content: bytes) -> Comment:
    """Return the comment in an answer. Raises MalformedError."""
    return _read(_ONE, content)


def comments_in(content: bytes) -> list[Comment]:
    """Return the comments in an answer. Raises MalformedError."""
    return _read(_MANY, content)


def user_id_in(content: bytes) -> int:
    """Return the account's ID in an answer about a user. Raises MalformedError."""
    return _read(_USER, content).id


def viewer_id_in(content: bytes) -> int | None:
    """Return the account's ID in an answer of the GraphQL API, or None where it refuses.

    Raises MalformedError.
    """
    return _read(_VIEWER, content).id


def _read(adapter: TypeAdapter[T], content: bytes) -> T:
    try:
        return adapter.validate_json(content)
    except ValidationError:
        raise MalformedError from None


def message_in(content: bytes) -> str:
    """Return what GitHub says of a failure, as it says it; empty where that can't be read.

    Validation failures name what is wrong in `errors` (docs.github.com, "Troubleshooting the REST
    API").
    """
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    errors = answer.get("errors")
    told = [answer.get("message"), *(map(_detail, errors) if isinstance(errors, list) else [])]
    return "; ".join(str(each) for each in told if each)


def _detail(error: Any) -> Any:
    if isinstance(error, dict):
        return error.get("message") or " ".join(
            str(error[name]) for name in ("resource", "field", "code") if name in error
        )
    return error
