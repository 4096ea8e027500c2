"""Bringing the comment of a stack to what it is to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .api import Api
from .decisions import Comment, Create, Decision, Keep, Update, Wanted, decide, marked, own
from .failures import NotThereError, UncertainError

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
    login = api.login() if comments else None
    return decide(own(comments, wanted.mark, login), wanted)


def settle(api: Api, wanted: Wanted) -> Outcome:
    """Create or update the comment, or leave it as it is. Raises GitHubError.

    Where a comment may have been created without our hearing of it, what is there decides; the
    patience of `api` bounds how often.
    """
    uncertain = False
    while True:
        decision = look(api, wanted)
        try:
            outcome = _carry_out(api, decision)
        except UncertainError:
            uncertain = True
            continue
        if uncertain and outcome.done == "unchanged":
            return Outcome("created", outcome.url, outcome.removed)
        return outcome


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
