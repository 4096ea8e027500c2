"""The processes of a run, as Linux's /proc shows them: which role each has, and its peak memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from types import TracebackType

PROC = Path("/proc")
INTERVAL = 0.1
"""Seconds between two looks: VmHWM only grows, so a look shows all that was before it."""

ENGINE, LANGUAGE_HOST, PROGRAM, PROVIDER = "engine", "language host", "program", "provider"


def role_of(command: Sequence[str]) -> str:
    """Return what a process is in a run, by its command line: the engine, or a script's name."""
    names = [PurePath(part).name for part in command]
    if "pulumi-language-python-exec" in names:
        return PROGRAM
    if names[1:] and "pulumi.dynamic" in names:
        return PROVIDER
    known = {"pulumi": ENGINE, "pulumi-language-python": LANGUAGE_HOST}
    if names[0].startswith("python"):
        return (
            "python -c"
            if "-c" in names
            else next((name for name in names[1:] if not name.startswith("-")), names[0])
        )
    return known.get(names[0], names[0])


def role(process: int) -> str:
    """Return what a process is, or nothing once it is gone."""
    command = _command(process)
    return role_of(command) if command else ""


class Watch:
    """Looks at the descendants of this process until its block ends."""

    def __init__(self) -> None:
        self.peaks: dict[str, int] = {}
        """The most bytes that one process of each role held in memory."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._over.wait(INTERVAL):
            self._look()

    def _look(self) -> None:
        own = _command(os.getpid())
        for process in descendants():
            command = _command(process)
            # Between fork and exec, a child has its parent's command line and memory.
            if command and command != own:
                role = role_of(command)
                self.peaks[role] = max(self.peaks.get(role, 0), _peak(process))


def descendants() -> list[int]:
    """Return the IDs of all processes below this one."""
    children: dict[int, list[int]] = {}
    for process, parent in _parents():
        children.setdefault(parent, []).append(process)
    found = list(children.get(os.getpid(), ()))
    for process in found:
        found += children.get(process, ())
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            # The name of the program, in brackets, may hold anything.
            fields = _text(folder / "stat").rpartition(")")[2].split()
            if fields:
                yield int(folder.name), int(fields[1])


def _command(process: int) -> list[str]:
    return [part for part in _text(PROC / str(process) / "cmdline").split("\0") if part]


def _peak(process: int) -> int:
    for line in _text(PROC / str(process) / "status").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _text(path: Path) -> str:
    """Return what a file says, or nothing once its process is gone."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
