"""How watch shows its looks: a table that fills the terminal, or lines in a log."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import IO, Any

import click

from ..errors import is_terminal, notify
from .look import HEARTBEAT, LogEntries, Look, Show, heartbeat, log_entries, news


def showing(stream: IO[Any]) -> AbstractContextManager[Show]:
    """Show looks on a terminal in place, and leave the last one there; elsewhere as lines."""
    if is_terminal(stream):
        from ..drawing import console_for
        from .screen import painting

        console = console_for(stream)
        if not console.is_dumb_terminal:
            return painting(console)
    return nullcontext(LogLines(stream).look)


class LogLines:
    """A line for each change, with the time; and one now and then where nothing changes."""

    def __init__(self, stream: IO[Any]) -> None:
        self._stream = stream
        self._before: LogEntries = {}
        self._written = 0.0
        self._warned: set[str] = set()

    def look(self, look: Look, left: float) -> None:  # noqa: ARG002 (a log has its own times)
        """Write what is new."""
        for warning in look.plan.all_warnings:
            if warning not in self._warned:
                self._warned.add(warning)
                notify("warning", warning)
        after = log_entries(look)
        lines = news(self._before, after, look.now)
        if not lines and look.pending and look.now - self._written >= HEARTBEAT:
            lines = [heartbeat(look)]
        for line in lines:
            click.echo(line, file=self._stream)
            self._written = look.now
        self._before = after
