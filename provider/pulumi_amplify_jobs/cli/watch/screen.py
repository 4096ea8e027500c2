"""How watch fills a terminal: a table on a screen of its own."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.text import Text

from ...errors import plural
from ..drawing import drawn
from ..errors import notify
from ..plan.table import Row, plan_rows, table
from .look import Look, Show

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


def look_rows(look: Look) -> list[Row]:
    """Return the rows of a table of all jobs that are watched."""
    others = (Row("notDone", "(not declared)", job.key, job, look.now) for job in look.others)
    return [*plan_rows(look.plan, look.now, everything=True), *others]


def summary(look: Look) -> str:
    """Return what the line below the table says of all jobs."""
    count = look.plan.count
    parts = [f"{count['nothing'] + count['skipped']} of {len(look.plan.jobs)} as declared"]
    if look.others:
        parts.append(f"{plural(len(look.others), 'other')} running")
    if look.plan.refused_rules:
        parts.append(f"{plural(look.plan.refused_rules, 'rule')} refused")
    return ", ".join(parts)


def outlook(left: float) -> str:
    """Return what it says of the seconds until the timeout."""
    seconds = max(1, math.ceil(left))
    time = f"{seconds} s" if seconds < 60 else f"{math.ceil(seconds / 60)} min"
    return f"up to {time} left, Ctrl-C to stop"
