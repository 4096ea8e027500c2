"""How watch shows its looks: a table that stays in place, or lines in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import click
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from .grid import console_for
from .looking import Show
from .tables import table
from .watched import HEARTBEAT, Look, heartbeat, look_rows, news, state_lines, summary


@contextmanager
def showing(stream: IO[Any], wall: Callable[[], float] = time.time) -> Iterator[Show]:
    """Show looks on a terminal in place, elsewhere as lines."""
    console = console_for(stream)
    if not console.is_terminal:
        yield LogLines(stream, wall)
        return
    with Live(console=console, auto_refresh=False, vertical_overflow="ellipsis") as live:
        yield Table(live, console, wall)


class Table:
    """A table of all watched jobs, as high as the terminal allows."""

    def __init__(self, live: Live, console: Console, wall: Callable[[], float]) -> None:
        self._live = live
        self._console = console
        self._wall = wall

    def look(self, look: Look, left: float) -> None:
        """Show a look in the place of the one before."""
        rows = look_rows(look, self._wall())
        room = max(self._console.height - 5, 3)
        shown, hidden = rows[:room], len(rows) - room
        parts: list[Any] = [table(shown, self._console)] if shown else []
        if hidden > 0:
            parts.append(Text(f"and {hidden} more, the terminal is too low", style="dim"))
        parts += ["", Text(summary(look, left), style="bold")]
        self._live.update(Group(*parts), refresh=True)


class LogLines:
    """A line for each change, with the time; and one now and then where nothing changes."""

    def __init__(self, stream: IO[Any], wall: Callable[[], float]) -> None:
        self._stream = stream
        self._wall = wall
        self._before: dict[str, str] = {}
        self._told = 0.0

    def look(self, look: Look, left: float) -> None:  # noqa: ARG002 (a log has its own times)
        """Write what is new."""
        now = self._wall()
        states = state_lines(look)
        lines = news(self._before, states, now)
        if not lines and look.pending and now - self._told >= HEARTBEAT:
            lines = [heartbeat(look, now)]
        for line in lines:
            click.echo(line, file=self._stream)
            self._told = now
        self._before = states
