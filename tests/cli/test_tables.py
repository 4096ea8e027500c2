"""Tables in a pipe: the text that rich draws where nothing needs to be folded."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pulumi_amplify_jobs.cli.drawing import drawn
from pulumi_amplify_jobs.cli.tables import Cell, Column, Grid, Line, Styled, write_report
from pulumi_amplify_jobs.errors import one_line

COLUMNS = (Column("-", below=True), Column("Job", takes_rest=True), Column("Status", widest=3))

TEXTS = st.one_of(
    st.sampled_from(["", "a", "RUNNING → FAILED", "日本語", "é", "✗", "👩‍👩‍👧", "a\u0301"]),
    st.text(),
).map(one_line)
CELLS: st.SearchStrategy[Cell] = st.lists(st.builds(Styled, TEXTS), max_size=3)
LINES = st.builds(
    Line, st.tuples(CELLS, CELLS, CELLS), st.none() | st.builds(Styled, TEXTS.filter(bool))
)


def by_rich(grid: Grid) -> list[str]:
    console = Console(file=io.StringIO(), width=100_000, color_system=None)
    with console.capture() as captured:
        console.print(drawn(grid, 100_000))
    return [line.rstrip() for line in captured.get().split("\n")][:-1]


@given(st.lists(LINES, max_size=4))
def test_a_table_in_a_pipe_is_as_on_an_endless_line(lines: list[Line]) -> None:
    grid, stream = Grid(COLUMNS, lines, 3), io.StringIO()
    write_report(stream, "Title", grid, "Sum.")
    title, gap, *table, end, last, rest = stream.getvalue().split("\n")
    assert (title, gap, end, last, rest) == ("Title", "", "", "Sum.", "")
    assert table == by_rich(grid)
