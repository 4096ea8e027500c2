"""Tables with rich: one line an entry where that fits, folded and never cut where not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .errors import coloured, is_terminal

PIPE_WIDTH = 100_000
"""The width where no terminal sets one: nothing is folded there, so that grep finds it whole."""

GAP = 2
NARROWEST = 12
"""Cells that a column which takes the rest keeps in any case."""

STATUS_STYLES = {"RUNNING": "yellow", "COMPLETED": "green", "FAILED": "red"}


@dataclass(frozen=True)
class Column:
    """A column, and what becomes of it where not all of them fit on a line."""

    title: str
    widest: int | None = None
    """Cells that it may then have, more is folded; None: as many as it needs."""
    takes_rest: bool = False
    """It then has what the others leave."""
    below: bool = False
    """Its text then stands on a line of its own, below the entry."""


@dataclass(frozen=True)
class Line:
    """One entry: a text for each column, and a note below it."""

    cells: Sequence[Text]
    note: Text | None = None


def console_for(stream: IO[Any]) -> Console:
    """Return a console that writes text as it is, with colours only where they are welcome."""
    return Console(
        file=stream,
        width=None if is_terminal(stream) else PIPE_WIDTH,
        force_terminal=is_terminal(stream),
        color_system="auto" if coloured(stream) else None,
        markup=False,
        emoji=False,
        highlight=False,
    )


def write(console: Console, content: RenderableType) -> None:
    """Print on the console; without the blanks that fill up lines, where it is no terminal."""
    if console.is_terminal:
        console.print(content)
        return
    with console.capture() as captured:
        console.print(content)
    text = captured.get()
    console.file.write("".join(f"{line.rstrip()}\n" for line in text.splitlines()))
    console.file.flush()


def write_report(stream: IO[Any], title: str, body: RenderableType | None, last: str) -> None:
    """Print a table under its title, and the last line that sums it up; without a table that."""
    console = console_for(stream)
    summary = Text(last, style="bold")
    if body is None:
        write(console, summary)
    else:
        write(console, Group(Text(title, style="bold"), "", body, "", summary))


def grid(columns: Sequence[Column], lines: Sequence[Line], indent: int, width: int) -> Group:
    """Return the table of these lines, at most so many cells wide.

    What stands below an entry begins `indent` cells from the left.
    """
    below = (0, 0, 0, indent)
    widths = _natural_widths(columns, lines)
    folded = sum(widths) + GAP * (len(widths) - 1) > width
    if folded:
        widths = _narrow_widths(columns, widths, width)
    parts: list[RenderableType] = [
        _rows([[Text(column.title, style="bold dim") for column in columns]], widths)
    ]
    for block in _blocks(lines):
        if folded:
            parts.extend(_two_lines(columns, block, widths, below))
        else:
            parts.append(_rows([line.cells for line in block], widths))
        note = block[-1].note
        if note is not None:
            parts.append(Padding(note, below, expand=False))
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
        texts = [text for text, column in cells if column.below and text]
        yield Padding(Text(" " * GAP).join(texts), below, expand=False)


def _natural_widths(columns: Sequence[Column], lines: Iterable[Line]) -> list[int]:
    widths = [cell_len(column.title) for column in columns]
    for line in lines:
        widths = [max(width, text.cell_len) for width, text in zip(widths, line.cells, strict=True)]
    return widths


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


def _rows(lines: Iterable[Sequence[Text]], widths: Sequence[int]) -> Table:
    """Return lines in columns of these widths; a column of width 0 is left out."""
    table = Table.grid(padding=(0, GAP, 0, 0))
    for width in widths:
        if width:
            table.add_column(width=width, overflow="fold")
    for line in lines:
        table.add_row(*(text for text, width in zip(line, widths, strict=True) if width))
    return table
