"""The table of a plan or of its results."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.text import Text

from ..tables import GAP, STATUS_STYLES, Column, Line, grid
from .rows import Cell, Mark, Row

COLUMNS = (
    Column(""),
    Column("Job", takes_rest=True),
    Column("App/environment/job", below=True),
    Column("Operation", widest=24),  # the longest known operation
    Column("Status"),
    Column("Age"),
)
NAME_INDENT = 1 + GAP
"""Where the name's column begins."""

SYMBOLS: dict[Mark, tuple[str, str, str]] = {
    "update": ("~", "~", "yellow"),
    "nothing": ("=", "=", "green"),
    "skipped": ("·", "-", "dim"),
    "error": ("✗", "!", "red"),
    "notDone": ("○", "o", "yellow"),
}
"""For each mark a character, one for terminals that only have ASCII, and the style."""


def table(rows: Sequence[Row], console: Console) -> RenderableType:
    """Return the table of these rows; equal notes of rows in a row stand once, below the last."""
    ascii_only = console.options.ascii_only
    following = [*(row.note for row in rows[1:]), None]
    lines = [
        Line(_cells(row, ascii_only), _note(row) if row.note != next_note else None)
        for row, next_note in zip(rows, following, strict=True)
    ]
    return grid(COLUMNS, lines, NAME_INDENT, console.width)


def _cells(row: Row, ascii_only: bool) -> list[Text]:
    symbol, plain, style = SYMBOLS[row.mark]
    return [
        Text(plain if ascii_only else symbol, style=f"bold {style}"),
        Text(row.name, style="bold"),
        Text(row.key, style="dim"),
        _change(row.operation, ascii_only, {}),
        _change(row.status, ascii_only, STATUS_STYLES),
        Text(row.age, style="dim"),
    ]


def _change(cell: Cell, ascii_only: bool, styles: dict[str, str]) -> Text:
    if cell.wanted is None:
        return Text(cell.live, style=styles.get(cell.live, ""))
    return Text.assemble(
        (cell.live, styles.get(cell.live, "")),
        (" -> " if ascii_only else " → ", "dim"),
        (cell.wanted, f"bold {styles.get(cell.wanted, '')}"),
    )


def _note(row: Row) -> Text | None:
    if row.note is None:
        return None
    return Text(row.note, style={"error": "red", "notDone": "yellow"}.get(row.mark, "dim"))
