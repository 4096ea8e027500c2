"""How watch fills a terminal: a table on a screen of its own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.text import Text

from ..drawing import drawn
from ..errors import notify
from ..plan.table import Row, table
from .look import Look, Show, look_rows, outlook, summary

REPAINTS = 1.0
"""How often in a second the table is painted, so that it follows the terminal's size."""


@contextmanager
def painting(console: Console) -> Iterator[Show]:
    """Show looks in place, and leave the last one there."""
    shown = Table()
    # On a screen of its own: in the ordinary one, a terminal that is made narrower folds the lines
    # that stand there, and nobody knows any more where the table began.
    live = Live(
        console=console,
        screen=True,
        refresh_per_second=REPAINTS,
        get_renderable=lambda: shown.fitted,
    )
    try:
        with live:
            yield shown.look
    finally:
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
        body = []
        if rows:
            body = [drawn(table(rows, ascii_only=console.options.ascii_only), console.width)]
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
