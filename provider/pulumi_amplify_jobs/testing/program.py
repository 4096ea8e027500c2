"""The Pulumi program in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from . import process
from .results import HostError

DEADLINE = 300.0
"""Seconds that a program may take."""


class Program(Protocol):
    """What declares a stack's resources."""

    def start(self, run: ProgramRun) -> Running:
        """Begin to declare them to the monitor that the run names."""
        ...


class Running(Protocol):
    """A program that runs."""

    def interrupt(self) -> None:
        """Ask it to end."""
        ...

    def wait(self) -> Ended:
        """Wait until it ended. Raises HostError where it does not."""
        ...

    def close(self) -> None:
        """End it if it still runs, by force if need be."""
        ...


@dataclass(frozen=True)
class ProgramRun:
    """What a program has to know of its run."""

    monitor: str
    """The address of the resource monitor."""
    engine: str
    """The address of the engine's own service."""
    project: str
    stack: str
    root: Path
    """The folder of Pulumi.yaml."""
    preview: bool
    config: Mapping[str, str]
    secret_keys: Collection[str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    code: int
    printed: str
    """Its standard output and standard error."""


@dataclass(frozen=True)
class ProgramFile:
    """A program as users have it: a folder with a `__main__.py`, or a Python file."""

    path: Path

    @property
    def folder(self) -> Path:
        """The folder that the program and its providers run in."""
        return self.path if self.path.is_dir() else self.path.parent

    def start(self, run: ProgramRun) -> Running:
        """Start a process for it."""
        name = "." if self.path.is_dir() else self.path.name
        return _Process(self.folder, name, run)


class _Process:
    def __init__(self, folder: Path, name: str, run: ProgramRun) -> None:
        settings = {
            "project": run.project,
            "stack": run.stack,
            "organization": "organization",
            "root_directory": str(run.root),
            "dry_run": run.preview,
            "parallel": 16,
            "monitor": run.monitor,
            "engine": run.engine,
        }
        runner = f"{__package__}.runner"
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process runs
        self._process = subprocess.Popen(  # noqa: S603 - this Python, no shell
            [sys.executable, "-u", "-m", runner, json.dumps(settings), name],
            cwd=folder,
            env={
                **run.environment,
                "PULUMI_CONFIG": json.dumps(dict(run.config)),
                "PULUMI_CONFIG_SECRET_KEYS": json.dumps(sorted(run.secret_keys)),
            },
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def interrupt(self) -> None:
        process.interrupt(self._process)

    def wait(self) -> Ended:
        try:
            code = self._process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            raise HostError(f"the program did not end within {DEADLINE:.0f} s") from None
        self._output.seek(0)
        return Ended(code, self._output.read().decode(errors="replace"))

    def close(self) -> None:
        process.end(self._process, unheard=lambda: True)
        self._output.close()
