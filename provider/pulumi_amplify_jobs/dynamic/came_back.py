"""Jobs that this stack settled, and that are live as they were before: pure functions.

Another stack may bring them back, or Amplify itself, or the service ignored the update. Nobody can
see that in a diff: it looks like the first one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..domain.jobs import ObservedJob
from ..domain.keys import JobKey
from ..domain.plan import Change, Update, shown
from ..domain.times import duration, seconds_of
from ..errors import one_line
from .decisions import last_write

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
    live = " and ".join(map(_live, decision.changes))
    if old_outputs.get("unsettled") is not None:
        return f"{key} was updated {_ago(settled, now)}, and still shows {live}"
    return f"{key} was settled {_ago(settled, now)}, and came back: {live} again; {ASIDE}"


def claims_that_came_back(
    history: Iterable[Any], claimed: Iterable[ObservedJob], now: float
) -> list[str]:
    """Return a line for each claimed job that stands in a rule's history, the newest first."""
    last: dict[str, str] = {}
    for entry in history:
        if isinstance(entry, Mapping) and isinstance(entry.get("time"), str):
            last.setdefault(str(entry.get("job")), entry["time"])
    return [
        f"{one_line(name, 200)} was settled {_ago(last[name], now)}, and came back; {ASIDE}"
        for name in (str(job.key) for job in claimed)
        if name in last
    ]


def _live(change: Change) -> str:
    return f"{change.field} {shown(change.live)}"


def _ago(moment: str, now: float) -> str:
    since = seconds_of(moment)
    return f"at {moment}" if since is None else f"{duration(now - since)} ago ({moment})"
