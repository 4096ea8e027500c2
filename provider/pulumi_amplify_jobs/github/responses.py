"""GitHub's answers, checked: what is no comment is an error, never a comment without text."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from ..errors import one_line
from .decisions import Comment


class MalformedError(ValueError):
    """The answer is not what GitHub's API promises."""


class Author(BaseModel):
    """Who wrote a comment."""

    id: int


class Viewer(BaseModel):
    """Whose the token is, as the GraphQL API says it; a bot has an ID there too."""

    database_id: int = Field(alias="databaseId")


class ViewerData(BaseModel):
    """What the GraphQL API found."""

    viewer: Viewer | None = None


class ViewerAnswer(BaseModel):
    """An answer of the GraphQL API; without data where it refuses the question."""

    data: ViewerData | None = None


class IssueComment(BaseModel):
    """A comment under an issue or a pull request."""

    id: int
    body: str | None = None
    html_url: str = ""
    user: Author | None = None
    """None of an account that was deleted."""

    def comment(self) -> Comment:
        """Return the same in our words."""
        return Comment(
            id=self.id,
            body=self.body or "",
            url=one_line(self.html_url, 300),
            author_id=self.user.id if self.user else None,
        )


T = TypeVar("T")

_ONE = TypeAdapter(IssueComment)
_MANY = TypeAdapter(list[IssueComment])
_USER = TypeAdapter(Author)
_VIEWER = TypeAdapter(ViewerAnswer)


def comment_in(content: bytes) -> Comment:
    """Return the comment in an answer. Raises MalformedError."""
    return _read(_ONE, content).comment()


def comments_in(content: bytes) -> list[Comment]:
    """Return the comments in an answer. Raises MalformedError."""
    return [each.comment() for each in _read(_MANY, content)]


def user_id_in(content: bytes) -> int:
    """Return the account's ID in an answer about a user. Raises MalformedError."""
    return _read(_USER, content).id


def viewer_id_in(content: bytes) -> int | None:
    """Return the account's ID in an answer of the GraphQL API, or None where it refuses.

    Raises MalformedError.
    """
    data = _read(_VIEWER, content).data
    return data.viewer.database_id if data and data.viewer else None


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
