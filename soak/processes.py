"""The processes of a run, found by their role in it."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from benchmarks.running.processes import descendants, role
from demo import sessions


def of_session(leader: int, what: str) -> list[int]:
    """Return the processes of a session that are what is said."""
    return [pid for pid in sessions.members(leader) if role(pid) == what]


def children(what: str) -> list[int]:
    """Return the processes below this one that are what is said."""
    return [pid for pid in descendants() if role(pid) == what]


def kill(pids: list[int]) -> int:
    """End them with no chance to do anything; return how many there were."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(pids)
