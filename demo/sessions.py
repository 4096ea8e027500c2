"""Sessions: how everything that a process ever started can be found and ended.

The engine starts a language host and plugins, each in a process group of its own; killed hard, it
leaves them behind. They all stay in the session that they were started in, and that is how they
are found here.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

PATIENCE = 5.0
"""Seconds for the engine to end after an interrupt; it gives its plugins as long."""

POLL = 0.02


def start(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str]
) -> subprocess.Popen[str]:
    """Start a command as the leader of a session of its own. Raises OSError."""
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )


def end(process: subprocess.Popen[str]) -> None:
    """End a process and its session: by interrupts as of a user at first, then hard."""
    for _ in range(2):
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            _wait(lambda: process.poll() is not None)
    _wait(lambda: not members(process.pid), seconds=1 if process.poll() is not None else 0)
    for member in members(process.pid):
        with suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)
    process.wait()
    _wait(lambda: not members(process.pid))


def _wait(done: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(POLL)


def members(leader: int) -> list[int]:
    """Return the processes that run in a session.

    Its number can't be reused for as long as one of them lives.
    """
    return [pid for pid in _running() if _session_of(pid) == leader]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _running() -> Iterator[int]:
    """Yield the processes of this machine, without those that only wait to be reaped."""
    if not Path("/proc/self/stat").exists():
        listing = subprocess.run(["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True)
        rows = (line.split() for line in listing.stdout.splitlines())
        yield from (int(pid) for pid, state in rows if not state.startswith("Z"))
        return
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            continue
        if state != "Z":
            yield int(folder.name)
