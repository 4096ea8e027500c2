"""The Pulumi program in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .process import Ended, Process


@dataclass(frozen=True)
class Stack:
    """What a run has to know of the stack."""

    project: str
    name: str
    root: Path
    """The folder of Pulumi.yaml."""
    config: Mapping[str, str]
    """By full key, as the engine hands it on."""
    secret_keys: Collection[str]
    references: Mapping[str, Mapping[str, Any]]
    """The outputs of other stacks, by their names."""
    environment: Mapping[str, str]
    engine: str
    """The address of the engine's own service."""


@dataclass(frozen=True)
class ProgramRun:
    """What a program has to know of its run."""

    stack: Stack
    monitor: str
    """The address of the resource monitor."""
    preview: bool


class Running(Protocol):
    """A program that runs."""

    def interrupt(self) -> None:
        """Ask it to end."""

    def wait(self) -> Ended:
        """Wait until it ended. Raises HostError where it does not."""

    def close(self) -> None:
        """End it if it still runs, by force if need be."""


class Program(Protocol):
    """What declares a stack's resources."""

    def start(self, run: ProgramRun) -> Running:
        """Begin to declare them to the monitor that the run names."""


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
        stack = run.stack
        settings = {
            "project": stack.project,
            "stack": stack.name,
            "organization": "organization",
            "root_directory": str(stack.root),
            "dry_run": run.preview,
            "parallel": 16,
            "monitor": run.monitor,
            "engine": stack.engine,
        }
        name = "." if self.path.is_dir() else self.path.name
        environment = {
            **stack.environment,
            "PULUMI_CONFIG": json.dumps(dict(stack.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(sorted(stack.secret_keys)),
        }
        command = [f"{__package__}.runner", json.dumps(settings), name]
        return Process("the program", command, self.folder, environment)
