"""Decisions as data, in the computed inputs of a resource: pure functions.

A job has the input `plan`, which check writes anew in every run: its `action` is update, adopt,
skipped or nothing (`plan.Action`). An update has `from`, the live job that it moves away from, and
`to`, the fields that it changes; a job that is left alone has the `reason`. A rule has the same
`from` and `to` for each job of its input `matches`. Moments are UTC, as people read them.

A job that this stack settled may be live as it was before: another stack brings it back, or Amplify
itself, or the service ignored the update. A diff can't show that: it looks like the first one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..domain.jobs import ObservedJob
from ..domain.keys import JobKey
from ..domain.plan import FIELDS, Plan, Skipped, Update, shown
from ..domain.stale_reads import lags_behind, may_lag
from ..domain.times import duration, moment_of, seconds_of
from ..errors import one_line

Bag = dict[str, Any]


def plan_of(decision: Plan, *, adopts: bool = False) -> Bag:
    """Return a decision as `plan` has it; `adopts`: nothing is recorded of the job yet."""
    if isinstance(decision, Update):
        return {"action": decision.action, **move_of(decision)}
    if isinstance(decision, Skipped):
        return left_alone(decision.reason)
    return {"action": "adopt" if adopts else decision.action}


def failed(reason: str) -> Bag:
    """Return the plan of what could not be read, with the reason."""
    return {"action": "error", "reason": reason}


def left_alone(reason: str | None) -> Bag:
    """Return the plan of a job that is left alone, with the reason if it may be shown."""
    return present({"action": Skipped.action, "reason": reason})


def move_of(update: Update) -> Bag:
    """Return what an update moves, from what to what. Fields that are absent are left out."""
    live: Bag = {field: getattr(update.previous, field) for field in FIELDS}
    before = present({**live, "updated": moment(update.previous.update_time)})
    return {"from": before, "to": {change.field: change.wanted for change in update.changes}}


def created_of(observed: ObservedJob | None) -> str | None:
    """Return when a job was created, or None where the service does not say."""
    return moment(observed.create_time) if observed else None


def moment(milliseconds: str | None) -> str | None:
    """Return a time of the service as a moment in UTC, or None where there is none."""
    return moment_of(milliseconds) if milliseconds else None


def last_write(old_outputs: Mapping[str, Any]) -> Bag:
    """Return what outputs record of the last write: its `plan`, and when it was `settled`.

    States of the release before `plan` have the live job that the write moved away from in
    `previous`.
    """
    plan, before = old_outputs.get("plan"), old_outputs.get("previous")
    if plan is None and isinstance(before, Mapping):
        plan = {"from": before}
    return present({"plan": plan, "settled": old_outputs.get("settled")})


def present(fields: Mapping[str, Any]) -> Bag:
    """Return the fields that have a value."""
    return {field: value for field, value in fields.items() if value is not None}


def lags(recorded: Mapping[str, Any], observed: ObservedJob | None, now: float) -> bool:
    """Say whether a read shows a job as it was before this stack's last write, and may do so.

    `recorded` are the outputs since; where the answer did not show what was written, none may.
    """
    if observed is None or observed.create_time != recorded.get("create_time"):
        return False  # another job
    written = seconds_of(recorded.get("settled"))
    shown = recorded.get("unsettled") is None
    return shown and lags_behind(observed, recorded.get("update_time"), written, now)


def lagging(history: Iterable[Bag], matching: Iterable[ObservedJob], now: float) -> set[str]:
    """Return the IDs of matching jobs that a read shows just as they were before a rule wrote them.

    `now` is in epoch seconds.
    """
    last = _last_of_each(history)
    return {
        job.key.id
        for job in matching
        if (entry := last.get(job.key.id)) is not None
        and entry.get("unsettled") is None
        and may_lag(seconds_of(entry["time"]), now)
        and moment(job.update_time) == entry.get("from", {}).get("updated")
    }


ASIDE = "another stack, or Amplify itself, may change it"


def job_came_back(
    old_outputs: Mapping[str, Any], key: JobKey, decision: Update, now: float
) -> str | None:
    """Return the line about a job that is live as before this stack's last write, or None."""
    last = last_write(old_outputs)
    settled, before = last.get("settled"), last.get("plan", {}).get("from")
    if not isinstance(settled, str) or not isinstance(before, Mapping):
        return None
    if any(before.get(change.field) != change.live for change in decision.changes):
        return None
    live = " and ".join(f"{each.field} {shown(each.live)}" for each in decision.changes)
    became = f"still shows {live}", f"came back: {live} again"
    return f"{key} {_since(settled, now, old_outputs, *became)}"


def matches_that_came_back(
    history: Iterable[Bag], matching: Iterable[ObservedJob], now: float
) -> list[str]:
    """Return a line for each matching job that stands in a rule's history, the newest first."""
    last = _last_of_each(history)
    return [
        f"{one_line(name, 200)} "
        + _since(last[name]["time"], now, last[name], "still matches", "came back")
        for name in (job.key.id for job in matching)
        if name in last
    ]


def _last_of_each(history: Iterable[Bag]) -> dict[str, Bag]:
    """Return the newest entry of each job, by its ID."""
    last: dict[str, Bag] = {}
    for entry in history:
        last.setdefault(entry["job"], entry)
    return last


def _since(written: str, now: float, recorded: Mapping[str, Any], unchanged: str, back: str) -> str:
    """Return what became of a job since it was written at a moment.

    `recorded` says whether the write did not show; then the job is `unchanged`, else it is `back`.
    """
    ago = _ago(written, now)
    if recorded.get("unsettled") is not None:
        return f"was updated {ago}, and {unchanged}"
    return f"was settled {ago}, and {back}; {ASIDE}"


def _ago(moment: str, now: float) -> str:
    since = seconds_of(moment)
    return f"at {moment}" if since is None else f"{duration(now - since)} ago ({moment})"
