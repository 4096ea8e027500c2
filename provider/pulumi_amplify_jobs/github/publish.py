"""Bringing the comment of a stack to what it is to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .api import Api
from .comment_body import Versions, composed
from .decisions import Comment, Create, Decision, Keep, Update, Wanted, decide, marked, own
from .errors import GitHubError, NotThereError, UncertainError

Done = Literal["created", "updated", "unchanged", "not needed"]


@dataclass(frozen=True)
class Outcome:
    """What was done, and to which comment."""

    done: Done
    url: str = ""
    removed: int = 0
    """How many other comments of the same stack were removed."""


def look(api: Api, wanted: Wanted) -> Decision:
    """Return what is to be done about the comment. Raises GitHubError."""
    comments = marked(api.comments(), wanted.mark)
    author_id = api.author_id() if comments else None
    return decide(own(comments, wanted.mark, author_id), wanted)


def settle(api: Api, wanted: Wanted) -> Outcome:
    """Create or update the comment, or leave it as it is. Raises GitHubError.

    Where a comment may have been created without our hearing of it, what is there decides; the
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
            outcome = _carry_out(api, decide(own(comments, wanted.mark, author_id), wanted))
        except UncertainError:
            created_before = True
            continue
        if created_before and outcome.done == "unchanged":
            return Outcome("created", outcome.url, outcome.removed)
        return outcome


def _author_of_a_new_one(api: Api, wanted: Wanted) -> int:
    """Create a comment and return the ID of the account that GitHub says wrote it.

    It is the token's own, so it tells which of the older comments are; then one of them is kept.
    """
    body = composed(wanted.mark, Versions((wanted.version,)))
    author_id = api.create(body).author_id
    if author_id is None:
        raise GitHubError(
            "GitHub does not say whose token this is, nor who wrote the comment that was created "
            "with it: other comments of this stack are left as they are"
        )
    return author_id


def _carry_out(api: Api, decision: Decision) -> Outcome:
    done, comment = _act(api, decision.action)
    for each in decision.surplus:
        api.remove(each)
    return Outcome(done, comment.url if comment else "", len(decision.surplus))


def _act(api: Api, action: Create | Update | Keep) -> tuple[Done, Comment | None]:
    if isinstance(action, Create):
        return "created", api.create(action.body)
    if isinstance(action, Update):
        try:
            return "updated", api.update(action.comment, action.body)
        except NotThereError:
            # Somebody removed it since we looked.
            return "created", api.create(action.body)
    return ("unchanged" if action.comment else "not needed"), action.comment
