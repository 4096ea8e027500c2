"""Foreign text in GitHub's Markdown, as code: no table, mention, HTML or link comes out of it.

In a code span GitHub looks for no mention, no reference, no link and no HTML (GFM 6.1). Only what
ends a table's cell or the span itself has to be kept out.
"""

from __future__ import annotations

import re

from .visible_text import visible

LONGEST = 120
"""Characters of a name, an ID, an operation or a status that are shown."""

BACKTICKS = re.compile("`+")
WORDS = re.compile(r"[A-Za-z][A-Za-z ,;'-]*")


def code(text: str, limit: int = LONGEST) -> str:
    """Return text as a code span that also a table's cell can hold; "(empty)" for none."""
    # A table is parted into cells before anything else is looked at: a bar can't stand there.
    shown = visible(text, limit).replace("|", "\\x7c")
    if not shown:
        return "(empty)"
    fence = "`" * (max(map(len, BACKTICKS.findall(shown)), default=0) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str, limit: int) -> str:
    """Return a sentence as it is where it is plain words, else as code."""
    return text if WORDS.fullmatch(text) and len(text) <= limit else code(text, limit)
