"""What the user sees of an apply: its progress, then a table of what is not as planned, or JSON."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

from ..errors import is_terminal, notify
from ..output import json_text, write
from ..plan.display import job_document, plan_document, show_rows
from ..plan.error_lines import naming
from ..plan.stack_plan import StackPlan
from ..plan.table import Mark, Row
from ..progress import Bar, bar
from ..stack import Stack
from ..target_options import failed_in
from .run import BAD_STATES, WORDS, Result, State

MARKS: Mapping[State, Mark] = {
    "nothing": "nothing",
    "skipped": "skipped",
    "unsettled": "error",
    "failed": "error",
    "notDone": "notDone",
}

NOTES: Mapping[State, str] = {
    "unsettled": "error: ",
    "failed": "error: ",
    "skipped": "left alone: ",
    "notDone": "not done: ",
}


class Following:
    """A bar with lines above it on a terminal; elsewhere a line for each thing that happens."""

    def __init__(self, bar: Bar, total: int, *, by_lines: bool) -> None:
        self.line = bar.line
        self.flush = bar.flush
        self._bar = bar
        self._total = total
        self._done = 0
        self._by_lines = by_lines

    def finished(self, result: Result) -> None:
        """Show that a job is done with; on a terminal, the results follow at the end."""
        self._done += 1
        self._bar.advance()
        if self._by_lines:
            self.line(f"[{self._done}/{self._total}] {result.job.title}: {WORDS[result.state]}")


@contextmanager
def following(stream: IO[str], total: int) -> Iterator[Following]:
    """Show the work on so many jobs until it ends."""
    with bar(stream, "Applying", total) as shown:
        yield Following(shown, total, by_lines=not is_terminal(stream))


def show_results(stack: Stack, planned: StackPlan, results: Sequence[Result]) -> None:
    """Print the updates that did not go as planned, and a summary; the plan was shown before."""
    rows = [
        _row(each, time.time())
        for each in results
        if each.job.action == "update" and each.state != "updated"
    ]
    bad = (each.job.desired.key.target for each in results if each.state in BAD_STATES)
    failed = (*planned.failed_targets, *bad)
    summary = result_summary(Counter(each.state for each in results))
    show_rows(
        sys.stdout, f"Stack {stack.name}: not as planned", rows, f"{summary}{failed_in(failed)}"
    )


def _row(result: Result, now: float) -> Row:
    job, state = result.job, result.state
    live = job.live if state == "unsettled" else result.live
    changes = job.changes if state in BAD_STATES else ()
    note = f"{NOTES.get(state, '')}{result.reason}" if result.reason else None
    return Row(MARKS[state], job.name, job.desired.key, live, now, changes, note)


def result_summary(count: Mapping[State, int]) -> str:
    """Return the last line under the results: what is well, then what is not."""
    found = {state: f"{count.get(state, 0)} {word}" for state, word in WORDS.items()}
    shown = [state for state in WORDS if count.get(state) or state == "updated"]
    well = ", ".join(found[state] for state in shown if state not in BAD_STATES)
    ill = ", ".join(found[state] for state in shown if state in BAD_STATES)
    return f"Applied: {'; '.join(filter(None, (well, ill)))}."


def print_results(stack: Stack, planned: StackPlan, results: Sequence[Result]) -> None:
    """Print results on stdout as JSON, and their errors on stderr; those of rules stand there."""
    jobs = [
        {**job_document(each.job, each.live, each.reason), "result": each.state} for each in results
    ]
    count = {state: sum(each.state == state for each in results) for state in WORDS}
    write(json_text(plan_document(stack, planned, count, jobs)))
    _tell_errors(results)


def tell_results(results: Sequence[Result]) -> None:
    """Tell on stderr what was written and what was not, where stdout did not take it."""
    updated = [each.job.title for each in results if each.state == "updated"]
    if updated:
        notify("note", f"{WORDS['updated']}: {', '.join(updated)}")
    _tell_errors(results)


def _tell_errors(results: Sequence[Result]) -> None:
    for each in results:
        if each.state in ("unsettled", "failed"):
            notify("error", naming(each.job, each.reason, each.error))
    unfinished = [each.job.title for each in results if each.state == "notDone"]
    if unfinished:
        notify("error", f"{WORDS['notDone']}: {', '.join(unfinished)}")
