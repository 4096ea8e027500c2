"""A row of docs/reliability.md: a fault, what must hold under it, and what tries it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from .trial import Trial

LANES = 2
"""Rows that are tried at once."""


@dataclass(frozen=True)
class Setting:
    """Where trials are made: a folder of their own, and what they choose by."""

    folder: Path
    random: Random
    absent: dict[str, str] = field(default_factory=dict)
    """Trials that could not be made on this machine, with the reason."""

    def part(self, name: str) -> Path:
        """Return a new folder in it."""
        path = self.folder / name
        path.mkdir(parents=True)
        return path


Trials = Callable[[Setting], Iterator[Trial]]


@dataclass(frozen=True)
class Row:
    """A fault, in words of the page, and the trials of it."""

    name: str
    fault: str
    promise: str
    amount: str
    """What a whole run of it does."""
    commands: Trials | None
    """Trials of the commands, and of the provider in the testing host: they need no engine."""
    engine: Trials | None = None
    """Trials under Pulumi's own engine."""
    minutes: float = 1.0
    """What a whole run of it takes without an engine, on two cores that have others to try as well.

    Beside those of the others, that is its share of the time.
    """
    engine_minutes: float = 1.0
    """What it takes with one."""
    waits: bool = False
    """Whether its trials run beside each other, and mostly wait.

    They are waited for in any case, so all of them count, however short its share of the time is.
    """
    needs: Callable[[], str | None] = lambda: None
    """Returns why it can't be tried on this machine."""
