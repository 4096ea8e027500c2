"""What to do about a stack's comment: a pure function of what is there and what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated

from pydantic import AfterValidator, AliasPath, BeforeValidator, Field

from ..errors import one_line
from ..redaction import redacted
from .comment_body import Version, Versions, composed, hidden, parsed, unified


@dataclass(frozen=True)
class Comment:
    """A comment under a pull request; the aliases are the names in GitHub's API."""

    id: int
    body: Annotated[str, BeforeValidator(lambda text: text or "")]
    url: Annotated[
        str, Field(validation_alias="html_url"), AfterValidator(lambda url: one_line(url, 300))
    ] = ""
    author_id: Annotated[int | None, Field(validation_alias=AliasPath("user", "id"))] = None
    """The author's account; None of one that was deleted."""


@dataclass(frozen=True)
class Wanted:
    """What the comment of a stack is to say."""

    mark: str
    """The hidden line that it begins with."""
    version: Version
    history: bool = False
    """Whether earlier versions are kept, folded."""
    needed: bool = True
    """Whether it is to be created where there is none."""


@dataclass(frozen=True)
class Decision:
    """What to do about the comment, and which others of the same stack are to be removed."""

    comment: Comment | None
    """The comment that is there, if any."""
    body: str | None
    """What it is to say; None: it stays as it is."""
    surplus: tuple[Comment, ...] = ()


def own(comments: Sequence[Comment], mark: str, author_id: int | None) -> list[Comment]:
    """Return the comments of a stack that the token's account wrote, the oldest first.

    Anybody, and any app, can write a comment that begins with the marker, and would later edit what
    reviewers read. Of an account that is not known, no comment is.
    """
    mine = [
        each
        for each in marked(comments, mark)
        if author_id is not None and author_id == each.author_id
    ]
    return sorted(mine, key=attrgetter("id"))


def marked(comments: Sequence[Comment], mark: str) -> list[Comment]:
    """Return the comments that begin with a marker, whoever wrote them."""
    return [each for each in comments if each.body.lstrip().startswith(mark)]


def decide(found: Sequence[Comment], wanted: Wanted) -> Decision:
    """Return what to do, where `found` are the stack's own comments, the oldest first.

    Several come from runs at the same time. The oldest stays, as it is where people have looked
    for it; the others would go on to show an old preview, and are removed.
    """
    if not found:
        body = composed(wanted.mark, Versions((wanted.version,)))
        return Decision(None, body if wanted.needed else None)
    oldest, *surplus = found
    body = composed(wanted.mark, _next(parsed(oldest.body), wanted))
    same = unified(body) == unified(oldest.body)
    return Decision(oldest, None if same else body, tuple(surplus))


def _next(past: Versions, wanted: Wanted) -> Versions:
    """Return what the comment is to hold, where it holds `past`.

    What it says already keeps its moment: the same preview twice is no new version.
    """
    newest, *earlier = past.known or (None,)
    if newest is not None and newest.content == wanted.version.content:
        versions = (newest, *map(_cleaned, earlier))
    else:
        versions = (wanted.version, *map(_cleaned, past.known))
    return Versions(versions, past.dropped) if wanted.history else Versions(versions[:1])


def _cleaned(version: Version) -> Version:
    """Return an earlier version as it may stand on: an older release may have written a secret."""
    summary = hidden(redacted(version.summary))
    return Version(redacted(version.content), summary, redacted(version.moment))
