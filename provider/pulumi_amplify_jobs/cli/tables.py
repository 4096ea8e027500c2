"""Drawing rows with rich: one line a job where that fits, folded and never cut where not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import IO, Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .failures import coloured, is_terminal
from .rows import Cell, Mark, Row

PIPE_WIDTH = 100_000
"""The width where no terminal sets one: nothing is folded there, so that grep finds it whole."""

GAP = 2
HEADERS = ("", "Job", "App/environment/job", "Operation", "Status", "Since")
KEY = 2
NARROW_OPERATION = 24
"""Cells of the operation column where space is short: the longest known operation."""
NARROWEST = 12
"""Cells that the job's name keeps in any case."""

SYMBOLS: dict[Mark, tuple[str, str, str]] = {
    "update": ("~", "~", "yellow"),
    "updated": ("✓", "+", "green"),
    "nothing": ("=", "=", "green"),
    "skipped": ("·", "-", "dim"),
    "error": ("✗", "!", "red"),
    "notDone": ("○", "o", "yellow"),
}
"""For each mark a character, one for terminals that only have ASCII, and the style."""

STATUS_STYLES = {"RUNNING": "yellow", "COMPLETED": "green", "FAILED": "red"}


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


def table(rows: Sequence[Row], console: Console) -> RenderableType:
    """Return the table of these rows; notes stand below the row that they belong to."""
    ascii_only = console.options.ascii_only
    cells = [_cells(row, ascii_only) for row in rows]
    widths = _natural_widths(cells)
    one_line_each = sum(widths) + GAP * (len(widths) - 1) <= console.width
    if not one_line_each:
        widths = _narrow_widths(widths, console.width)
    header = _grid([[Text(text, style="bold dim") for text in HEADERS]], widths)
    lines: list[RenderableType] = [header]
    for note, group in groupby(zip(rows, cells, strict=True), key=lambda pair: pair[0].note):
        members = list(group)
        if one_line_each:
            lines.append(_grid([line for _, line in members], widths))
        else:
            lines.extend(_two_lines(members, widths))
        if note is not None:
            lines.append(_below(Text(note, style=_note_style(members[-1][0]))))
    return Group(*lines)


def _two_lines(
    members: Iterable[tuple[Row, list[Text]]], widths: Sequence[int]
) -> Iterable[RenderableType]:
    for _, line in members:
        yield _grid([line], widths)
        yield _below(line[KEY])


def _cells(row: Row, ascii_only: bool) -> list[Text]:
    symbol, plain, style = SYMBOLS[row.mark]
    return [
        Text(plain if ascii_only else symbol, style=f"bold {style}"),
        Text(row.name, style="bold"),
        Text(row.key, style="dim"),
        _change(row.operation, ascii_only, {}),
        _change(row.status, ascii_only, STATUS_STYLES),
        Text(row.since, style="dim"),
    ]


def _change(cell: Cell, ascii_only: bool, styles: dict[str, str]) -> Text:
    if cell.wanted is None:
        return Text(cell.live, style=styles.get(cell.live, ""))
    return Text.assemble(
        (cell.live, styles.get(cell.live, "")),
        (" -> " if ascii_only else " → ", "dim"),
        (cell.wanted, f"bold {styles.get(cell.wanted, '')}"),
    )


def _natural_widths(lines: Iterable[Sequence[Text]]) -> list[int]:
    widths = [cell_len(text) for text in HEADERS]
    for line in lines:
        widths = [max(width, text.cell_len) for width, text in zip(widths, line, strict=True)]
    return widths


def _narrow_widths(natural: Sequence[int], available: int) -> list[int]:
    """Return widths without the key's column: the operation folds first, then the name."""
    mark, name, _, operation, status, since = natural
    operation = min(operation, NARROW_OPERATION)
    rest = available - sum((mark, operation, status, since)) - GAP * 4
    return [mark, min(name, max(rest, NARROWEST)), 0, operation, status, since]


def _grid(lines: Iterable[Sequence[Text]], widths: Sequence[int]) -> Table:
    """Return lines in columns of these widths; a column of width 0 is left out."""
    grid = Table.grid(padding=(0, GAP, 0, 0))
    for width in widths:
        if width:
            grid.add_column(width=width, overflow="fold")
    for line in lines:
        grid.add_row(*(text for text, width in zip(line, widths, strict=True) if width))
    return grid


def _below(text: Text) -> Padding:
    """Return a text that stands below a row, from the name's column on."""
    return Padding(text, (0, 0, 0, 1 + GAP), expand=False)


def _note_style(row: Row) -> str:
    return {"error": "red", "notDone": "yellow"}.get(row.mark, "dim")
