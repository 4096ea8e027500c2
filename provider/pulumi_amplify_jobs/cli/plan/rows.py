"""What a table shows of a plan or of results: pure functions, no rendering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...domain.jobs import ObservedJob
from ...domain.keys import JobKey
from ...domain.plan import Action, Change, Field
from ...domain.times import age_of
from ...errors import JobError, one_line
from ..apply.run import Result, State
from .job_plans import PlannedJob, Unknown, errors_alike

Mark = Action | Literal["notDone"]

LONGEST_TEXT = 1000
"""Characters of a name or key: more than the config allows, so that none is cut."""


@dataclass(frozen=True)
class Cell:
    """A field: what it is live, and what it is to become (None: stays)."""

    live: str
    wanted: str | None = None


@dataclass(frozen=True)
class Row:
    """One job in a table; every text is one printable line."""

    mark: Mark
    name: str
    key: str
    operation: Cell
    status: Cell
    age: str
    note: str | None = None


def plan_rows(planned: Sequence[PlannedJob], now: float, *, everything: bool) -> list[Row]:
    """Return the rows of a plan: what is to be done or known, or everything declared."""
    alike = errors_alike(planned)
    return [
        _row(job, job.action, job.live, now, _plan_note(job, alike))
        for job in planned
        if everything or job.action != "nothing"
    ]


def result_rows(results: Sequence[Result], now: float) -> list[Row]:
    """Return the rows of the updates that did not go as the plan said; it was shown before."""
    return [
        _row(
            result.job,
            MARKS[result.state],
            result.job.live if result.state == "unsettled" else result.live,
            now,
            _result_note(result),
        )
        for result in results
        if result.job.action == "update" and result.state != "updated"
    ]


MARKS: Mapping[State, Mark] = {
    "nothing": "nothing",
    "skipped": "skipped",
    "unsettled": "error",
    "failed": "error",
    "notDone": "notDone",
}


ILL_WORDS: Mapping[State, str] = {
    "unsettled": "updated but not as declared",
    "failed": "failed",
    "notDone": "not done",
}


def _row(
    job: PlannedJob, mark: Mark, live: ObservedJob | None, now: float, note: str | None
) -> Row:
    changes = () if mark in ("nothing", "skipped") else job.changes
    return Row(
        mark=mark,
        name=one_line(job.name, LONGEST_TEXT),
        key=one_line(str(job.desired.key), LONGEST_TEXT),
        operation=_cell("operation", live, changes),
        status=_cell("status", live, changes),
        age=_age(live, now),
        note=one_line(note, LONGEST_TEXT) if note else None,
    )


def _cell(field: Field, live: ObservedJob | None, changes: Sequence[Change]) -> Cell:
    if live is None:
        return Cell("")
    text = one_line(getattr(live, field) or "")
    for change in changes:
        if change.field == field:
            return Cell(text or "absent", one_line(change.wanted))
    return Cell(text)


def _plan_note(job: PlannedJob, alike: Mapping[JobKey, str]) -> str | None:
    if job.action == "error":
        return f"error: {alike.get(job.desired.key, job.reason)}"
    return f"left alone: {job.reason}" if job.action == "skipped" else None


def _result_note(result: Result) -> str | None:
    if result.state in ("unsettled", "failed"):
        return f"error: {result.reason}"
    if result.state == "skipped":
        return f"left alone: {result.reason}"
    if result.state == "notDone":
        return f"not done: {result.reason}"
    return result.reason


def _age(live: ObservedJob | None, now: float) -> str:
    """Return how long ago the job was created; "" where that is not known."""
    return age_of(live.create_time if live else None, now)


def plan_error(job: PlannedJob) -> str:
    """Return the line on stderr for a job that can't be planned; it names the job."""
    error = job.decision.error if isinstance(job.decision, Unknown) else None
    return _naming(job, job.reason, error)


def result_error(result: Result) -> str:
    """Return the line on stderr for a job that is not as declared; it names the job."""
    return _naming(result.job, result.reason, result.error)


def _naming(job: PlannedJob, reason: str | None, error: Exception | None) -> str:
    """Return a reason with the job's name: one of our own and a JobError have it already."""
    said = reason or "failed"
    own = error is None or isinstance(error, JobError)
    return said if own else f"{job.desired.label}: {said}"


def error_lines(planned: Sequence[PlannedJob]) -> list[str]:
    """Return the lines on stderr for the errors of a plan, one for those that are alike."""
    alike = errors_alike(planned)
    lines = (
        alike.get(job.desired.key) or plan_error(job) for job in planned if job.action == "error"
    )
    return list(dict.fromkeys(lines))


def plan_summary(count: Mapping[Action, int], *, everything: bool) -> str:
    """Return the last line under a plan."""
    hint = " (--all shows them)" if count["nothing"] and not everything else ""
    parts = [f"{count['update']} to update", f"{count['nothing']} as declared{hint}"]
    if count["skipped"]:
        parts.append(f"{count['skipped']} left alone")
    if count["error"]:
        parts.append(plural(count["error"], "error"))
    return f"Plan: {', '.join(parts)}."


def result_summary(count: Mapping[State, int]) -> str:
    """Return the last line under the results: what is well, then what is not."""
    well = [f"{count['updated']} updated"]
    if count["nothing"]:
        well.append(f"{count['nothing']} as declared")
    if count["skipped"]:
        well.append(f"{count['skipped']} left alone")
    ill = [f"{count[state]} {words}" for state, words in ILL_WORDS.items() if count[state]]
    return f"Applied: {'; '.join(', '.join(part) for part in (well, ill) if part)}."


def plural(number: int, noun: str) -> str:
    """Return `1 update`, `2 updates`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
