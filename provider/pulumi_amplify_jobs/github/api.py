"""The calls of GitHub's REST API that a comment takes.

docs.github.com, "REST API endpoints for issue comments": every pull request is an issue there.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from ..limits import MOST_PAGES
from .calls import Call, Caller
from .decisions import Comment
from .errors import GitHubError, NoAccessError, NotThereError
from .responses import COMMENT, COMMENTS, USER, VIEWER
from .workflow import Place

T = TypeVar("T")

PAGE_SIZE = 100
"""The most that GitHub gives."""


class Api:
    """The comments of one pull request. Every method raises GitHubError."""

    def __init__(self, place: Place, caller: Caller) -> None:
        """Make the calls by a caller of the place's API. Call `close` in the end."""
        self._place = place
        self._repository = f"/repos/{place.repository}/issues"
        self._caller = caller
        self.close = caller.close
        self.last_write: str | None = None
        """What the last request that writes is for, from just before it is sent."""

    def comments(self) -> list[Comment]:
        """Return every comment, over all pages."""
        says = f"list the comments of {self._place}"
        path = f"{self._repository}/{self._place.pull_request}/comments?per_page={PAGE_SIZE}"
        url: str | None = self._caller.url(path)
        found: dict[int, Comment] = {}
        asked: set[str] = set()
        while url is not None:
            if url in asked or len(asked) >= MOST_PAGES:
                raise GitHubError(f"can't {says}: the pages repeat")
            asked.add(url)
            call = Call("GET", url, says)
            page, answer = self._caller.make(call, COMMENTS.validate_json)
            # A comment that is removed meanwhile moves others to pages that were read already.
            found.update((each.id, each) for each in page)
            following = answer.links.get("next", {}).get("url")
            url = self._caller.followed(answer, following, call) if following else None
        return list(found.values())

    def author_id(self) -> int | None:
        """Return the ID of the account that writes with the token; None where GitHub doesn't say.

        REST answers for a user's token only; GraphQL's `viewer` is an app's bot, too
        (docs.github.com, "Queries", "viewer").
        """
        says = "look up the token's owner"
        graphql = f"{self._place.api_url.removesuffix('/v3')}/graphql"
        question = {"query": "query { viewer { databaseId } }"}
        with suppress(NoAccessError, NotThereError):
            call = Call("GET", self._caller.url("/user"), says)
            return self._caller.make(call, USER.validate_json)[0].id
        with suppress(NoAccessError, NotThereError):
            call = Call("POST", graphql, says, question)
            return self._caller.make(call, VIEWER.validate_json)[0].id
        return None

    def create(self, body: str) -> Comment:
        """Create a comment. Raises UncertainError where it may be there now, or not."""
        path = f"{self._repository}/{self._place.pull_request}/comments"
        says = f"comment on {self._place}"
        call = Call("POST", self._caller.url(path), says, {"body": body}, repeatable=False)
        return self._written(call, COMMENT.validate_json)

    def update(self, comment: Comment, body: str) -> Comment:
        """Give a comment another text. Raises NotThereError where it was removed meanwhile."""
        says = f"update the comment {comment.id} of {self._place}"
        call = Call("PATCH", self._url_of(comment), says, {"body": body})
        return self._written(call, COMMENT.validate_json)

    def remove(self, comment: Comment) -> None:
        """Remove a comment, or find it gone."""
        says = f"remove the comment {comment.id} of {self._place}"
        with suppress(NotThereError):
            self._written(Call("DELETE", self._url_of(comment), says), len)

    def _written(self, call: Call, read: Callable[[bytes], T]) -> T:
        self.last_write = call.says
        return self._caller.make(call, read)[0]

    def _url_of(self, comment: Comment) -> str:
        return self._caller.url(f"{self._repository}/comments/{comment.id}")
