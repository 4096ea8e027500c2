"""Text from outside, made visible: nothing in it reorders, hides or overflows what stands around.

Names, IDs, operations and errors come from a service, a config or a stranger's pull request. What a
reader could not see of them, such as a mark that turns the direction of a line, is shown as the
escape that Python would write. Markup is another matter, which the writer of each format escapes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

MOST_MARKS = 3
"""Combining marks that one character may carry. No spelling needs more; dozens of them are drawn
over the lines above and below."""

NO_GLYPH = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Printable by their category, yet nothing is drawn: joiners, fillers, the empty Braille cell."""


@dataclass(frozen=True)
class Piece:
    """A part of a text: as it was, or escaped because it could not be seen."""

    text: str
    escaped: bool = False


def visible(text: str, limit: int) -> str:
    r"""Return the text in one line with what can't be seen escaped, `\u202e` or `\n`.

    Of what takes more than `limit` characters to show, the first ones are kept, and the number of
    the text's own follows: `aaaa… (65,536 characters)`.
    """
    return "".join(piece.text for piece in pieces(text, limit))


def pieces(text: str, limit: int) -> Iterator[Piece]:
    """Yield the parts of `visible(text, limit)`: so a writer can mark what is an escape."""
    kept = text[:limit]
    if not (kept.isascii() and kept.isprintable() and kept == kept.strip()):  # as nearly all are
        fitting = list(_fitting(kept, limit))
        yield from _joined(fitting)
        kept = text[: len(fitting)]
    elif kept:
        yield Piece(kept)
    if len(kept) < len(text):
        yield Piece(f"… ({len(text):,} characters)", escaped=True)


def _fitting(text: str, limit: int) -> Iterator[Piece]:
    """Yield the characters, each a piece, while they fit; no escape is cut."""
    for piece in _characters(text):
        limit -= len(piece.text)
        if limit < 0:
            return
        yield piece


def _characters(text: str) -> Iterator[Piece]:
    """Yield each character; a space is seen only between others."""
    marks, between = 0, range(len(text) - len(text.lstrip(" ")), len(text.rstrip(" ")))
    for index, character in enumerate(text):
        marks = marks + 1 if unicodedata.combining(character) else 0
        seen = index in between if character == " " else _is_seen(character) and marks <= MOST_MARKS
        yield Piece(character) if seen else Piece(_escape(character), escaped=True)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Join neighbours of a kind."""
    for escaped, run in groupby(pieces, key=attrgetter("escaped")):
        yield Piece("".join(piece.text for piece in run), escaped)


def _is_seen(character: str) -> bool:
    """Say whether a reader sees the character, as itself, in its place.

    `isprintable` refuses controls, bidi marks, other format characters, surrogates, unassigned code
    points, line separators and every space but the ordinary one.
    """
    return character.isprintable() and not (
        character in NO_GLYPH
        or "\ufe00" <= character <= "\ufe0f"  # these and those below are variation selectors
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def _escape(character: str) -> str:
    """Return the character as Python would write it in a string."""
    return r"\x20" if character == " " else character.encode("unicode_escape").decode("ascii")
