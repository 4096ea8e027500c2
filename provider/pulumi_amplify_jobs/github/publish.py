"""Bringing the comment of a stack to what it is to say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from .api import Api
from .comment_body import Versions, composed
from .decisions import Comment, Decision, Wanted, decide, marked, own
from .errors import GitHubError, NotThereError, UncertainError


@dataclass(frozen=True)
class Published:
    """What was done, and to which comment."""

    done: Literal["created", "updated", "unchanged", "not needed"]
    url: str = ""
    removed: int = 0
    """How many other comments of the same stack were removed."""


def look(api: Api, wanted: Wanted) -> Decision:
    """Return what is to be done about the comment. Raises GitHubError."""
    comments = marked(api.comments(), wanted.mark)
    author_id = api.author_id() if comments else None
    return decide(own(comments, wanted.mark, author_id), wanted)


def settle(api: Api, wanted: Wanted) -> Published:
    """Create or update the comment, or leave it as it is. Raises GitHubError.

    Where a comment may have been created although no response came, what is there decides; the
    patience of `api` bounds how often.
    """
    created_before = False
    author_id: int | None = None
    while True:
        comments = marked(api.comments(), wanted.mark)
        try:
            if comments and author_id is None:
                author_id = api.author_id()
            if comments and author_id is None:
                author_id = _author_of_a_new_one(api, wanted)
                created_before = True
                continue
            published = _carry_out(api, decide(own(comments, wanted.mark, author_id), wanted))
        except UncertainError:
            created_before = True
            continue
        if created_before and published.done == "unchanged":
            return Published("created", published.url, published.removed)
        return published


def _author_of_a_new_one(api: Api, wanted: Wanted) -> int:
    """Create a comment and return the ID of the account that GitHub says wrote it.

    It is the token's own, so it shows which of the older comments are; then one of them is kept.
    """
    body = composed(wanted.mark, Versions((wanted.version,)))
    author_id = api.create(body).author_id
    if author_id is None:
        raise GitHubError(
            "GitHub does not say whose token this is, nor who wrote the comment that was created "
            "with it: other comments of this stack are left as they are"
        )
    return author_id


def _carry_out(api: Api, decision: Decision) -> Published:
    published = _written(api, decision.comment, decision.body)
    for each in decision.surplus:
        api.remove(each)
    return replace(published, removed=len(decision.surplus))


def _written(api: Api, comment: Comment | None, body: str | None) -> Published:
    if body is None:
        return Published("unchanged", comment.url) if comment else Published("not needed")
    if comment is not None:
        try:
            return Published("updated", api.update(comment, body).url)
        except NotThereError:
            pass  # somebody removed it meanwhile
    return Published("created", api.create(body).url)
