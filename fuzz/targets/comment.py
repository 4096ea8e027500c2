"""The comment's reader: what GitHub answers, and what stands in a comment.

An input is the comment that is there, the new report, and its summary. Whatever anybody wrote into
the comment, the new one begins with the marker, is within GitHub's limit, says what is new, keeps
the earlier versions, shows no secret, and is left alone by a second run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import ValidationError

from pulumi_amplify_jobs.github.comment_body import (
    LIMIT,
    Version,
    Versions,
    composed,
    harmless,
    hidden,
    marker,
    parsed,
    room,
    size,
)
from pulumi_amplify_jobs.github.decisions import Comment, Wanted, decide
from pulumi_amplify_jobs.github.responses import COMMENTS, message_in

from ..target import CANARY, PARTS, Target, assert_no_canary, nested, parts_of

MARK = marker("shop", "dev")
NOW = "2026-11-24T02:06:57Z"


def check(data: bytes) -> None:
    """Read what is there, and decide about it."""
    assert isinstance(message_in(data), str)
    there, report, said = (part.decode("utf-8", "replace") for part in parts_of(data, 3))
    for comment in _comments(data, there):
        for history in (True, False):
            _decide(comment, _wanted(report, said, history))


def _comments(data: bytes, body: str) -> Iterator[Comment]:
    """Yield the comments that GitHub's answer has, and one that says what the input says."""
    yield Comment(1, body, "", 1)
    try:
        yield from COMMENTS.validate_json(data)[:3]
    except ValidationError:
        return


def _wanted(report: str, said: str, history: bool) -> Wanted:
    summary = hidden(said)
    space = room(MARK, Version("", summary, NOW))
    content = harmless(report.encode()[: max(space, 0)].decode("utf-8", "ignore"))
    return Wanted(MARK, Version(content, summary, NOW), history)


def _decide(comment: Comment, wanted: Wanted) -> None:
    decision = decide([comment], wanted)
    body = decision.body
    if body is None:
        return
    assert size(body) <= LIMIT, size(body)
    assert body.startswith(f"{MARK}\n")
    found = parsed(body)
    assert found.known[0].content == wanted.version.content
    past = parsed(comment.body)
    if not past.known or past.known[0].content != wanted.version.content:
        assert found.known[0] == wanted.version
    if wanted.history:
        total = len(past.known) + past.dropped
        kept = len(found.known) + found.dropped
        assert kept in (total, total + 1), f"{total} versions became {kept}: {body!r}"
        for each in found.known[1:]:
            assert_no_canary(each.content + each.summary + each.moment)
    else:
        assert found == Versions(found.known[:1])
    again = decide([Comment(1, body, "", 1)], wanted)
    assert again.body is None, f"a second run changes it: {body!r} to {again.body!r}"


def seeds() -> Iterator[bytes]:
    """Yield comments of earlier runs, edited ones, and GitHub's own answers."""
    versions = tuple(
        Version(f"**{number} jobs change**\n\n| a | b |", f"{number} jobs change", NOW)
        for number in range(3)
    )
    for known in (versions[:1], versions):
        body = composed(MARK, Versions(known, dropped=len(known) - 1)).encode()
        yield PARTS.join((body, b"**1 job changes**", b"1 job changes"))
        yield PARTS.join((body.replace(b"\n", b"\r\n"), b"**2 jobs change**", b"2 jobs change"))
        yield PARTS.join((body + f"\ntoken={CANARY}".encode(), b"new", b"new"))
        comment = {"id": 7, "body": body.decode(), "html_url": "https://x/7", "user": {"id": 1}}
        yield json.dumps([comment, {**comment, "body": None, "user": None}]).encode()
    for deep in nested():
        yield f'[{{"id": 1, "body": {deep}}}]'.encode()
        yield f'{{"message": {deep}}}'.encode()
    yield json.dumps({"message": "Validation Failed", "errors": [{"field": "body"}]}).encode()


TARGET = Target(
    "comment",
    check,
    seeds,
    words=(
        *(MARK, "<!-- amplify-jobs version: ", "<!-- amplify-jobs dropped: ", " -->", NOW, "\r\n"),
        *("<details><summary>", "</summary>\n", "\n\n</details>\n", "\n%%\n", '"body"', '"id"'),
        *('"html_url"', '"user"', '"message"', '"errors"', "-->", "<!--", "\u2028", "\x85", CANARY),
    ),
)
