"""The table of a plan or of its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...domain.jobs import ObservedJob
from ...domain.keys import JobKey
from ...domain.plan import Action, Change, Field
from ...domain.times import age_of
from ...errors import one_line
from ..tables import GAP, STATUS_STYLES, Cell, Column, Grid, Line, Styled, cell
from .error_lines import errors_alike
from .stack_plan import Identity, PlannedJob, StackPlan

Mark = Action | Literal["notDone"]

LONGEST_TEXT = 1000
"""Characters of a name or key: more than the config allows, so that none is cut."""

TARGET = Column("Target")
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


@dataclass(frozen=True)
class Row:
    """One job in a table, as it is at a moment (epoch seconds)."""

    mark: Mark
    name: str
    key: JobKey
    live: ObservedJob | None
    now: float
    changes: Sequence[Change] = ()
    note: str | None = None


def plan_rows(planned: StackPlan, now: float, *, everything: bool) -> list[Row]:
    """Return the rows of a plan: what is to be done or known, or everything declared."""
    alike = errors_alike(planned)
    return [
        Row(job.action, job.name, job.desired.key, job.live, now, job.changes, _note(job, alike))
        for job in planned.jobs
        if everything or job.action != "nothing"
    ]


def _note(job: PlannedJob, alike: Mapping[Identity, str]) -> str | None:
    if job.action == "error":
        return f"error: {alike.get(job.identity, job.reason)}"
    return f"left alone: {job.reason}" if job.action == "skipped" else None


def table(rows: Sequence[Row], *, ascii_only: bool) -> Grid:
    """Return the table of these rows; equal notes of rows in a row stand once, below the last."""
    following = [*(row.note for row in rows[1:]), None]
    several = len({row.key.target for row in rows}) > 1
    lines = [
        Line(_cells(row, ascii_only, several), _below(row) if row.note != next_note else None)
        for row, next_note in zip(rows, following, strict=True)
    ]
    columns = (*COLUMNS[:2], TARGET, *COLUMNS[2:]) if several else COLUMNS
    return Grid(columns, lines, NAME_INDENT)


def _cells(row: Row, ascii_only: bool, several: bool) -> list[Cell]:
    """Return the cells of a row; of `several` targets, its own has one."""
    symbol, plain, style = SYMBOLS[row.mark]
    key = row.key.id if several else str(row.key)
    return [
        cell(plain if ascii_only else symbol, f"bold {style}"),
        cell(one_line(row.name, LONGEST_TEXT), "bold"),
        *([cell(row.key.target or "-")] if several else []),
        cell(one_line(key, LONGEST_TEXT), "dim"),
        _field("operation", row, ascii_only, {}),
        _field("status", row, ascii_only, STATUS_STYLES),
        cell(age_of(row.live.create_time if row.live else None, row.now), "dim"),
    ]


def _field(field: Field, row: Row, ascii_only: bool, styles: Mapping[str, str]) -> Cell:
    if row.live is None:
        return cell("")
    live = one_line(getattr(row.live, field) or "")
    wanted = next((one_line(each.wanted) for each in row.changes if each.field == field), None)
    if wanted is None:
        return cell(live, styles.get(live, ""))
    return (
        Styled(live or "absent", styles.get(live, "")),
        Styled(" -> " if ascii_only else " → ", "dim"),
        Styled(wanted, f"bold {styles.get(wanted, '')}"),
    )


def _below(row: Row) -> Styled | None:
    if row.note is None:
        return None
    style = {"error": "red", "notDone": "yellow"}.get(row.mark, "dim")
    return Styled(one_line(row.note, LONGEST_TEXT), style)
