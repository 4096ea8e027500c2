"""Names of jobs and environments as one text: parts joined by `/`, each told from the others.

A `/` inside a part is written `%2F` and `%` is written `%25`; `*` and `?` are `%2A` and `%3F`, as
in an exception of a rule they stand for other text. What nobody could see or tell apart in print is
written in the same way, by its UTF-8 bytes: control characters, and blanks at an end or in a row.
Ordinary names keep their text.
"""

from __future__ import annotations

import re

RESERVED = "%/*?"
ESCAPES = re.compile("((?:%[0-9A-Fa-f]{2})+)")
NO_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
OVERLOOKED = re.compile(r"^ | \Z|(?<= ) ")


def joined(*parts: str) -> str:
    """Return parts as one text; no other parts have the same."""
    return "/".join(map(_escaped, parts))


def parts_of(text: str) -> tuple[str, ...]:
    """Return the parts that a text joins. Raises ValueError where a `%` begins no escape."""
    return tuple(map(unescaped, text.split("/")))


def _escaped(part: str) -> str:
    seen = "".join(c if c.isprintable() and c not in RESERVED else _bytes(c) for c in part)
    return OVERLOOKED.sub("%20", seen)


def _bytes(character: str) -> str:
    # A lone surrogate can stand in JSON, so a service can send one.
    return "".join(f"%{byte:02X}" for byte in character.encode(errors="surrogatepass"))


def unescaped(part: str) -> str:
    """Return what one part, or a piece of it, stands for. Raises ValueError as `parts_of` does."""
    if NO_ESCAPE.search(part):
        raise ValueError("has a % that begins no escape: write % as %25, and / as %2F")
    try:
        return "".join(
            _decoded(piece) if piece.startswith("%") else piece for piece in ESCAPES.split(part)
        )
    except UnicodeDecodeError:
        raise ValueError("has escapes that are no UTF-8: write % as %25, and / as %2F") from None


def _decoded(escapes: str) -> str:
    return bytes.fromhex(escapes.replace("%", "")).decode(errors="surrogatepass")
