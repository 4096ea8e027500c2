"""What the user sees of a plan and of results: tables on stdout, or one JSON document."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import IO, Any

from .applying import Result, result_counts
from .documents import plan_document, print_document, result_document
from .failures import tell
from .planning import PlannedJob, counts
from .rows import (
    Row,
    error_line,
    error_lines,
    plan_rows,
    plan_summary,
    plural,
    result_rows,
    result_summary,
)
from .stacks import Stack


def show_plan(
    target: Stack, planned: Sequence[PlannedJob], *, stream: IO[Any], everything: bool
) -> None:
    """Print a plan as a table with its summary."""
    title = f"Stack {target.name}: {plural(len(planned), 'job')} declared"
    rows = plan_rows(planned, time.time(), everything=everything)
    _write(stream, title, rows, plan_summary(counts(planned), everything=everything))


def print_plan(target: Stack, planned: Sequence[PlannedJob]) -> None:
    """Print a plan on stdout as JSON, and its errors on stderr."""
    for line in error_lines(planned):
        tell("error", line)
    print_document(plan_document(target.name, planned))


def show_results(target: Stack, results: Sequence[Result]) -> None:
    """Print results on stdout as a table with its summary."""
    rows = result_rows(results, time.time())
    title = f"Stack {target.name}: not as planned"
    _write(sys.stdout, title, rows, result_summary(result_counts(results)))


def print_results(target: Stack, results: Sequence[Result]) -> None:
    """Print results on stdout as JSON, and their errors on stderr."""
    for result in results:
        if result.state in ("unsettled", "failed"):
            tell("error", error_line(result.job.desired, result.reason))
    unfinished = [result.job.name for result in results if result.state == "notDone"]
    if unfinished:
        tell("error", f"not done: {', '.join(unfinished)}")
    print_document(result_document(target.name, results))


def _write(stream: IO[Any], title: str, rows: Sequence[Row], summary: str) -> None:
    # Here, not above: --json has no use for rich.
    from .grid import console_for, write_report
    from .tables import table

    body = table(rows, console_for(stream)) if rows else None
    write_report(stream, title, body, summary)
