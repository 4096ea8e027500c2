"""What the user sees of a plan and of results: tables on stdout, or one JSON document."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

from ..apply.run import Result, result_counts
from ..errors import tell
from ..stack import Stack
from .documents import plan_document, print_document, result_document
from .job_plans import counts
from .rows import (
    Row,
    error_lines,
    plan_rows,
    plan_summary,
    plural,
    result_error,
    result_rows,
    result_summary,
)

if TYPE_CHECKING:
    from ...services import Services
    from .stack_plan import StackPlan


def read_plan(services: Services, target: Stack) -> StackPlan:
    """Read and plan the target, show that on a terminal, and tell what is in doubt."""
    # Here, not above: rich is slow to load, and --help has no use for it.
    from ..progress import reading
    from ..tables import console_for
    from .stack_plan import plan_stack

    with reading(console_for(sys.stderr), len(target.declared)):
        planned = plan_stack(services, target)
    for warning in planned.all_warnings:
        tell("warning", warning)
    return planned


def show_plan(target: Stack, read: StackPlan, *, stream: IO[Any], everything: bool) -> None:
    """Print a plan as a table with its summary, and the errors of rules on stderr."""
    rows = plan_rows(read.jobs, time.time(), everything=everything)
    summary = plan_summary(counts(read.jobs), everything=everything)
    _write(stream, _title(target), rows, summary)
    for line in read.rule_errors:
        tell("error", line)


def _title(target: Stack) -> str:
    """Return what a stack declares, in one line."""
    parts = (
        [f"{plural(len(target.declared) + len(target.latest), 'job')} declared"]
        if not target.rules_only
        else []
    )
    if target.config.rules or target.rules_only:
        parts.append(plural(len(target.config.rules), "rule"))
    return f"Stack {target.name}: {', '.join(parts)}"


def print_plan(target: Stack, read: StackPlan) -> None:
    """Print a plan on stdout as JSON, and its errors on stderr."""
    for line in (*error_lines(read.jobs), *read.rule_errors):
        tell("error", line)
    print_document(plan_document(target.name, read.jobs, read.rules, read.all_warnings))


def show_results(target: Stack, results: Sequence[Result]) -> None:
    """Print results on stdout as a table with its summary."""
    rows = result_rows(results, time.time())
    title = f"Stack {target.name}: not as planned"
    _write(sys.stdout, title, rows, result_summary(result_counts(results)))


def print_results(target: Stack, read: StackPlan, results: Sequence[Result]) -> None:
    """Print results on stdout as JSON, and their errors on stderr; those of rules were told."""
    for result in results:
        if result.state in ("unsettled", "failed"):
            tell("error", result_error(result))
    unfinished = [result.job.title for result in results if result.state == "notDone"]
    if unfinished:
        tell("error", f"not done: {', '.join(unfinished)}")
    print_document(result_document(target.name, results, read.rules, read.all_warnings))


def _write(stream: IO[Any], title: str, rows: Sequence[Row], summary: str) -> None:
    # Here, not above: --json has no use for rich.
    from ..tables import console_for, write_report
    from .table import table

    body = table(rows, console_for(stream)) if rows else None
    write_report(stream, title, body, summary)
