"""The processes of a run, found by what they run."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from benchmarks.running.processes import descendants
from demo import sessions

PROVIDER = "pulumi.dynamic"
PROGRAM = "pulumi-language-python-exec"


def of_session(leader: int, what: str) -> list[int]:
    """Return the processes of a session whose command line has a text."""
    return [pid for pid in sessions.members(leader) if what in _command(pid)]


def children(what: str) -> list[int]:
    """Return the processes that this one has started, and whose command line has a text."""
    return [pid for pid in descendants() if what in _command(pid)]


def kill(pids: list[int]) -> int:
    """End them with no chance to do anything; return how many there were."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(pids)


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    return ""
