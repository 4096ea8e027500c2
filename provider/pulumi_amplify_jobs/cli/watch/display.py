"""How watch shows its looks: a table that fills the terminal, or lines in a log."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import IO, Any

from ..errors import is_terminal
from .log import LogLines
from .look import Show


def showing(stream: IO[Any]) -> AbstractContextManager[Show]:
    """Show looks on a terminal in place, and leave the last one there; elsewhere as lines."""
    if is_terminal(stream):
        from ..drawing import console_for
        from .screen import painting

        console = console_for(stream)
        if not console.is_dumb_terminal:
            return painting(console)
    return nullcontext(LogLines(stream).look)
