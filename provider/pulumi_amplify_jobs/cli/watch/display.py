"""How watch shows its looks: a table that fills the terminal, or lines in a log."""

from __future__ import annotations

import signal
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import click
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.text import Text

from ..errors import notify
from ..plan.table import Row, table
from ..tables import console_for
from .look import (
    HEARTBEAT,
    LogEntries,
    Look,
    Show,
    heartbeat,
    log_entries,
    look_rows,
    news,
    outlook,
    summary,
)

REPAINTS = 1.0
"""How often in a second the table is painted, so that it follows the terminal's size."""


@contextmanager
def showing(stream: IO[Any]) -> Iterator[Show]:
    """Show looks on a terminal in place, and leave the last one there; elsewhere as lines."""
    console = console_for(stream)
    if not console.is_terminal or console.is_dumb_terminal:
        yield LogLines(stream).look
        return
    shown = Table()
    # On a screen of its own: in the ordinary one, a terminal that is made narrower folds the lines
    # that stand there, and nobody knows any more where the table began.
    live = Live(
        console=console,
        screen=True,
        refresh_per_second=REPAINTS,
        get_renderable=lambda: shown.fitted,
    )
    # As Ctrl-C does, so that the terminal gets its own screen back.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with live:
            yield shown.look
    finally:
        signal.signal(signal.SIGTERM, before)
        if shown.fitted.summary:
            console.print(shown.fitted.whole(console))
        for line in shown.warnings:
            notify("warning", line)


@dataclass(frozen=True)
class Fitted:
    """A table of jobs and the line below it, as much of it as the terminal is high."""

    rows: Sequence[Row] = ()
    summary: str = ""
    outlook: str = ""
    """What the line says besides while the watch goes on."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table with as many rows as fit."""
        height = options.height or console.height

        def part(count: int) -> RenderableType:
            return self._part(console, count, f"{self.summary}; {self.outlook}.")

        def lines(count: int) -> int:
            return len(console.render_lines(part(count), options.update(height=None), pad=False))

        whole = len(self.rows)
        if lines(whole) <= height:
            yield part(whole)
            return
        counts = range(1, min(whole, height))
        yield part(max(bisect_right(counts, height, key=lines), 1))

    def whole(self, console: Console) -> RenderableType:
        """Return all of it, as it stays when the watch is over."""
        return self._part(console, len(self.rows), f"{self.summary}.")

    def _part(self, console: Console, count: int, last: str) -> RenderableType:
        hidden = len(self.rows) - count
        rows = self.rows
        if hidden:  # those that are as declared, first
            rows = sorted(rows, key=lambda row: row.mark == "nothing")[:count]
        more = f"and {hidden} more; enlarge the terminal"
        note = [Text(more, style="dim")] if hidden else []
        body = [table(rows, console)] if rows else []
        return Group(*body, *note, "", Text(last, style="bold"))


class Table:
    """A table of all watched jobs."""

    def __init__(self) -> None:
        self.fitted = Fitted()
        """What is to be painted."""
        self.warnings: dict[str, None] = {}
        """What was in doubt in any look: a screen of its own has no place for it."""

    def look(self, look: Look, left: float) -> None:
        """Have a look painted in the place of the one before."""
        self.warnings.update(dict.fromkeys(look.plan.all_warnings))
        self.fitted = Fitted(look_rows(look), summary(look), outlook(left))


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
