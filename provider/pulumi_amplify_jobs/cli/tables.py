"""Tables as data, and as text where no terminal sets a width: nothing is folded or cut there.

On a terminal `drawing` draws them. It is loaded only there: rich takes as long as all else here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, NamedTuple

from .errors import is_terminal

GAP = 2
"""Cells between two columns."""

STATUS_STYLES = {"RUNNING": "yellow", "COMPLETED": "green", "FAILED": "red"}

NARROW = dict.fromkeys(map(ord, "→·✗○…"), "x")
"""Characters of ours that are one cell wide."""


class Styled(NamedTuple):
    """A piece of text and its style, as rich names it."""

    text: str
    style: str = ""


Cell = Sequence[Styled]


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

    cells: Sequence[Cell]
    note: Styled | None = None


@dataclass(frozen=True)
class Grid:
    """A table; what stands below an entry begins `indent` cells from the left."""

    columns: Sequence[Column]
    lines: Sequence[Line]
    indent: int

    def natural_widths(self) -> list[int]:
        """Return the cells that each column needs."""
        widths = [width_of(column.title) for column in self.columns]
        for line in self.lines:
            widths = [max(at, _width(cell)) for at, cell in zip(widths, line.cells, strict=True)]
        return widths


def cell(text: str, style: str = "") -> Cell:
    """Return a cell whose text has one style."""
    return (Styled(text, style),)


def plain(pieces: Iterable[Styled]) -> str:
    """Return the text of a cell."""
    return "".join([piece.text for piece in pieces])


def width_of(text: str) -> int:
    """Return how many cells a text takes on a terminal."""
    if text.isascii() or text.translate(NARROW).isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _width(pieces: Cell) -> int:
    return width_of(plain(pieces))


def ascii_only(stream: IO[Any]) -> bool:
    """Say whether a stream's encoding has none of the characters that tables are drawn with."""
    return not (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")


def write_line(stream: IO[Any], text: str) -> None:
    """Write a line of plain text at once."""
    stream.write(f"{text}\n")
    stream.flush()


def write_report(stream: IO[Any], title: str, body: Grid | None, last: str) -> None:
    """Print a table under its title, and the last line that sums it up; without a table that."""
    if is_terminal(stream):
        from .drawing import draw_report

        draw_report(stream, title, body, last)
        return
    table = [] if body is None else [title, "", *_text_lines(body), ""]
    write_line(stream, "\n".join([*table, last]))


def _text_lines(grid: Grid) -> Iterator[str]:
    """Yield the lines of a table in which nothing is folded."""
    texts = [
        [column.title for column in grid.columns],
        *([plain(each) for each in line.cells] for line in grid.lines),
    ]
    columns = list(map(_padded, zip(*texts, strict=True)))
    titles, *rows = zip(*columns, strict=True)
    yield _joined(titles)
    for row, line in zip(rows, grid.lines, strict=True):
        yield _joined(row)
        if line.note is not None:
            yield f"{' ' * grid.indent}{line.note.text}".rstrip()


def _padded(column: Sequence[str]) -> list[str]:
    """Return the texts of a column, all of one width."""
    widths = list(map(width_of, column))
    widest = max(widths)
    return [f"{text}{' ' * (widest - at)}" for text, at in zip(column, widths, strict=True)]


def _joined(row: Iterable[str]) -> str:
    return (" " * GAP).join(row).rstrip()
