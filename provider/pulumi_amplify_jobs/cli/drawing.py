"""Drawing on a terminal, by rich: tables that are folded and never cut, and progress bars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ..errors import one_line
from .errors import coloured
from .tables import GAP, Cell, Column, Grid, Line, Styled, plain

NARROWEST = 12
"""Cells that a column which takes the rest keeps in any case."""


def console_for(stream: IO[Any]) -> Console:
    """Return a console that writes text as it is, with colours only where they are welcome."""
    return Console(
        file=stream,
        force_terminal=True,
        color_system="auto" if coloured(stream) else None,
        markup=False,
        emoji=False,
        highlight=False,
    )


def spinner(stream: IO[Any], text: str) -> AbstractContextManager[object]:
    """Show a text, and that something goes on."""
    return console_for(stream).status(text)


class DrawnBar:
    """A bar with lines above it."""

    def __init__(self, progress: Progress, text: str, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task(text, total=total)

    def advance(self) -> None:
        """Show that one more is done."""
        self._progress.advance(self._task)

    def describe(self, text: str) -> None:
        """Change the text beside the bar."""
        self._progress.update(self._task, description=text)

    def line(self, text: str) -> None:
        """Show a line above the bar."""
        self._progress.console.print(Text(one_line(text), style="dim"))

    def flush(self) -> None:
        """Do nothing: a line is shown at once."""


@contextmanager
def drawn_bar(stream: IO[Any], text: str, total: int) -> Iterator[DrawnBar]:
    """Draw a bar that is gone when it ends; none is drawn for nothing."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = console_for(stream)
    with Progress(*columns, console=console, transient=True, disable=not total) as progress:
        yield DrawnBar(progress, text, total)


def draw_report(stream: IO[Any], title: str, body: Grid | None, last: str) -> None:
    """Draw a table under its title, and the last line that sums it up; without a table that."""
    console = console_for(stream)
    summary = Text(last, style="bold")
    if body is None:
        console.print(summary)
    else:
        heading = Text(title, style="bold")
        console.print(Group(heading, "", drawn(body, console.width), "", summary))


def drawn(grid: Grid, width: int) -> Group:
    """Return a table as rich draws it, at most so many cells wide."""
    below = (0, 0, 0, grid.indent)
    widths = grid.natural_widths()
    folded = sum(widths) + GAP * (len(widths) - 1) > width
    if folded:
        widths = _narrow_widths(grid.columns, widths, width)
    titles = [(Styled(column.title, "bold dim"),) for column in grid.columns]
    parts: list[RenderableType] = [_rows([titles], widths)]
    for block in _blocks(grid.lines):
        if folded:
            parts.extend(_two_lines(grid.columns, block, widths, below))
        else:
            parts.append(_rows([line.cells for line in block], widths))
        note = block[-1].note
        if note is not None:
            parts.append(Padding(Text(*note), below, expand=False))
    return Group(*parts)


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield the lines in groups, of which only the last line has a note."""
    block: list[Line] = []
    for line in lines:
        block.append(line)
        if line.note is not None:
            yield block
            block = []
    if block:
        yield block


def _two_lines(
    columns: Sequence[Column],
    lines: Iterable[Line],
    widths: Sequence[int],
    below: tuple[int, int, int, int],
) -> Iterable[RenderableType]:
    for line in lines:
        yield _rows([line.cells], widths)
        cells = zip(line.cells, columns, strict=True)
        texts = [_text(cell) for cell, column in cells if column.below and plain(cell)]
        yield Padding(Text(" " * GAP).join(texts), below, expand=False)


def _narrow_widths(columns: Sequence[Column], natural: Sequence[int], available: int) -> list[int]:
    """Return widths with 0 for what stands below."""
    widths = [
        0 if column.below else min(width, column.widest or width)
        for column, width in zip(columns, natural, strict=True)
    ]
    shown = sum(width > 0 for width in widths)
    spare = available - sum(widths) - GAP * (shown - 1)
    return [
        min(width, max(width + spare, NARROWEST)) if column.takes_rest else width
        for column, width in zip(columns, widths, strict=True)
    ]


def _rows(lines: Iterable[Sequence[Cell]], widths: Sequence[int]) -> Table:
    """Return lines in columns of these widths; a column of width 0 is left out."""
    table = Table.grid(padding=(0, GAP, 0, 0))
    for width in widths:
        if width:
            table.add_column(width=width, overflow="fold")
    for line in lines:
        table.add_row(*(_text(cell) for cell, width in zip(line, widths, strict=True) if width))
    return table


def _text(cell: Cell) -> Text:
    if len(cell) == 1:
        return Text(*cell[0])
    return Text.assemble(*cell)
