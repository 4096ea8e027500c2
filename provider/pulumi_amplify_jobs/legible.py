"""Making text legible: nothing in it is acted on by what displays it, and so not shown.

Terminals act on control characters. GitHub's runner acts on `##[`, anywhere in a line
(actions/runner, src/Runner.Common/ActionCommand.cs). Pulumi's CLI acts on `<{%`: it leaves out what
follows, or panics (pulumi/pulumi, sdk/go/common/diag/colors/colors.go). Each is written by its
bytes, as in a key: `%1B`, `%23#[`, `%3C{%`.
"""

from __future__ import annotations

import re
import unicodedata

UNFIT = ("Cc", "Cs", "Zl", "Zp")
"""Categories of characters that no text may have. None of them can be printed."""

COMMANDS = {"##[": "a command of GitHub's runner", "<{%": "a color of Pulumi's CLI"}
"""What begins a command within a line. The `%` of an escape may be a part of the last one."""

STAND_IN = re.compile(
    "%(?:[01][0-9A-F]|7F|C2%[89][0-9A-F]|E2%80%A[89]|ED%[AB][0-9A-F]%[89AB][0-9A-F]"
    r"|23#\[|3C\{%)"
)
"""What `legible` writes in place of something."""


def legible(text: str) -> str:
    """Return a text as it can be shown.

    The engine prints a text of several lines as it is, so control characters can't stay either.
    """
    if not text.isprintable():
        text = "".join(in_bytes(c) if unicodedata.category(c) in UNFIT else c for c in text)
    return without_commands(text)


def without_commands(text: str) -> str:
    """Return a text in which no command begins within a line."""
    for begin in COMMANDS:
        text = text.replace(begin, in_bytes(begin[0]) + begin[1:])
    return text


def illegible(text: str) -> str | None:
    """Why a text can't be shown as it is, or None when it can."""
    if legible(text) == text:
        return None
    for begin, what in COMMANDS.items():
        if begin in text:
            return f"has {begin[0]} before {begin[1:]}, which begins {what}: remove it"
    return "has control characters: remove them"


def in_bytes(character: str) -> str:
    """Return a character as its UTF-8 bytes: `%1B`."""
    # A lone surrogate can stand in JSON, so a service can send one.
    return "".join(f"%{byte:02X}" for byte in character.encode(errors="surrogatepass"))
