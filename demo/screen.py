"""What the demo prints besides the output of the tools it runs."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Sequence

WIDTH = 80


def colored() -> bool:
    """Say whether to print colours: to a terminal, unless NO_COLOR asks for none."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def heading(text: str) -> None:
    """Print a heading with a rule below."""
    say("")
    say(f"\033[1m{text}\033[0m" if colored() else text)
    say("─" * WIDTH)


def paragraph(text: str) -> None:
    """Print a paragraph, wrapped."""
    say(textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False))


def indented(text: str) -> None:
    """Print lines as they are, set off from the text."""
    say(textwrap.indent(text.rstrip("\n"), "    "))


def command(prompt: str, text: str) -> None:
    """Print the command that is about to run, as a user would type it."""
    say("")
    line = f"{prompt} {text}"
    say(f"\033[1m{line}\033[0m" if colored() else line)


def table(rows: Sequence[Sequence[object]]) -> None:
    """Print rows, the first of them the header: text to the left, numbers to the right."""
    texts = [[str(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row, line in zip(rows, texts, strict=True):
        cells = [
            text.rjust(width) if isinstance(value, int) else text.ljust(width)
            for value, text, width in zip(row, line, widths, strict=True)
        ]
        say("    " + "  ".join(cells).rstrip())


def say(line: str) -> None:
    """Print a line at once: it stands between the lines of other processes."""
    print(line, flush=True)
