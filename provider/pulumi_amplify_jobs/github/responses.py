"""GitHub's answers, checked: what is no comment is an error, never a comment without text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AliasPath, Field, TypeAdapter

from .decisions import Comment


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


COMMENT, COMMENTS = TypeAdapter(Comment), TypeAdapter(list[Comment])
USER, VIEWER = TypeAdapter(User), TypeAdapter(Viewer)
"""They read an answer by `validate_json`; a ValidationError says that it is none of GitHub's."""


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
    parts = [answer.get("message"), *(map(_detail, errors) if isinstance(errors, list) else [])]
    return "; ".join(str(each) for each in parts if each)


def _detail(error: Any) -> Any:
    if isinstance(error, dict):
        return error.get("message") or " ".join(
            str(error[name]) for name in ("resource", "field", "code") if name in error
        )
    return error
