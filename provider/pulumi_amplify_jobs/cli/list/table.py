"""The table of live jobs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from ...domain.times import age
from ...errors import one_line
from ..tables import STATUS_STYLES, Column, Line, grid
from .listed import ListedJob

JOB = Column("Job", takes_rest=True)
REST = (
    Column("Operation", below=True),
    Column("Status"),
    Column("Age"),
    Column("Idle"),
)
ONE_ENVIRONMENT: Sequence[Column] = (JOB, *REST)
SEVERAL_ENVIRONMENTS: Sequence[Column] = (JOB, Column("App/environment", below=True), *REST)

INDENT = 2


def listed_table(
    jobs: Sequence[ListedJob], columns: Sequence[Column], width: int
) -> RenderableType:
    """Return the table of these jobs, at most so many cells wide; an error stands below its job."""
    lines = []
    for job in jobs:
        live = job.live
        texts = {
            "Job": Text(one_line(live.key.job_id), style="bold"),
            "App/environment": Text(one_line(str(live.key.environment)), style="dim"),
            "Operation": Text(one_line(live.operation or "-")),
            "Status": _status(one_line(live.status or "-")),
            "Age": Text(_age(job.age, live.create_time)),
            "Idle": Text(_age(job.idle, live.update_time), style="dim"),
        }
        error = Text(one_line(live.error), style="red") if live.error else None
        lines.append(Line([texts[column.title] for column in columns], error))
    return grid(columns, lines, INDENT, width)


def _age(seconds: int | None, time: str | None) -> str:
    return age(seconds) if time else "-"


def _status(status: str) -> Text:
    return Text(status, style=STATUS_STYLES.get(status, ""))
