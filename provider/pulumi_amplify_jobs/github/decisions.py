"""What to do about a stack's comment: a pure function of what is there and what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..redaction import redacted
from .comment_body import Version, Versions, composed, parsed, unified


@dataclass(frozen=True)
class Comment:
    """A comment under a pull request."""

    id: int
    body: str
    url: str
    author_id: int | None = None
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
class Create:
    """There is no comment, and one is to be."""

    body: str


@dataclass(frozen=True)
class Update:
    """The comment says something else."""

    comment: Comment
    body: str


@dataclass(frozen=True)
class Keep:
    """The comment is as it is to be; None: there is none, and none is needed."""

    comment: Comment | None


Action = Create | Update | Keep


@dataclass(frozen=True)
class Decision:
    """What to do about the comment, and which others of the same stack are to be removed."""

    action: Action
    surplus: tuple[Comment, ...] = ()


def own(comments: Sequence[Comment], mark: str, author_id: int | None) -> list[Comment]:
    """Return the comments of a stack that the token's account wrote, the oldest first.

    Anybody, and any app, can write a comment that begins with the marker, and would later edit what
    reviewers read. Of an account that is not known, no comment is.
    """
    return sorted(
        (
            each
            for each in marked(comments, mark)
            if author_id is not None and each.author_id == author_id
        ),
        key=lambda comment: comment.id,
    )


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
        return Decision(Create(body) if wanted.needed else Keep(None))
    oldest, *surplus = found
    body = composed(wanted.mark, _next(parsed(oldest.body), wanted))
    same = unified(body) == unified(oldest.body)
    return Decision(Keep(oldest) if same else Update(oldest, body), tuple(surplus))


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
    return Version(*map(redacted, (version.content, version.summary, version.moment)))
