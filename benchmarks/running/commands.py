"""One run of a command, with the CPU, the time and the memory of all its processes."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .processes import Watch, descendants

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 30.0
"""Seconds for what a run left behind to end by itself."""


@dataclass(frozen=True)
class Command:
    """What is run, where, and which exit codes are as expected."""

    arguments: tuple[str, ...]
    folder: Path = Path()
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    codes: Collection[int] = (0,)


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    seconds: float
    cpu: float
    """Seconds of all processes, user and system."""
    memory: Mapping[str, int]
    """The peak bytes of a process, by its role."""


def measured(command: Command) -> Cost:
    """Run a command to its end and return what it took.

    Must be called in a process without other children. A run that fails ends this process with
    what the run printed.
    """
    _adopt_orphans()
    before = _cpu_of_children()
    with Watch() as watch:
        began = time.perf_counter()
        done = subprocess.run(
            command.arguments,
            cwd=command.folder,
            env=command.environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        seconds = time.perf_counter() - began
        _wait_for_orphans(command)
    if done.returncode not in command.codes:
        told = done.stdout.decode(errors="replace")
        sys.exit(f"bench: {_shown(command)} exited with {done.returncode}\n{told}")
    return Cost(seconds, _cpu_of_children() - before, watch.peaks)


def _adopt_orphans() -> None:
    """Have processes whose parent is gone become children of this one.

    The kernel counts the CPU of a child that was waited for, and of no other. A plugin that
    outlives the engine would be missing: as a child of this process it isn't.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _wait_for_orphans(command: Command) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            process, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if process == 0:
            if time.monotonic() > deadline:
                sys.exit(f"bench: {_shown(command)} left processes behind: {descendants()}")
            time.sleep(0.01)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _shown(command: Command) -> str:
    return " ".join(command.arguments)
