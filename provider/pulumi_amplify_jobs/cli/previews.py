"""The argument that names a preview, and its text."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from ..disk import LARGEST_INPUT, UnreadableError, read_file, read_stream
from .failures import CommandError, is_terminal

STDIN = Path("-")

preview_argument = click.argument(
    "preview", required=False, type=click.Path(dir_okay=False, allow_dash=True, path_type=Path)
)
"""The argument PREVIEW: what `text_of` takes."""


def text_of(preview: Path | None) -> tuple[str, str]:
    """Return what messages call a preview, and its text. Raises CommandError."""
    if preview is None or preview == STDIN:
        if is_terminal(sys.stdin):
            raise CommandError(
                "no preview: name a file, or pipe pulumi preview --json into this command"
            )
        name, read = "standard input", partial(read_stream, sys.stdin.buffer)
    else:
        name, read = str(preview), partial(read_file, preview)
    try:
        return name, _decoded(read(LARGEST_INPUT), name)
    except UnreadableError as error:
        raise CommandError(f"{name} {error}") from None


def _decoded(content: bytes, name: str) -> str:
    """Return text in UTF-8, or UTF-16 with its mark, as Windows PowerShell pipes it."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} is not UTF-8 text (byte {error.start})") from None
