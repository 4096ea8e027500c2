"""A row of docs/reliability.md: a fault, what must hold under it, and what tries it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from .trial import Trial


@dataclass(frozen=True)
class Setting:
    """Where trials are made: a folder of their own, and what they choose by."""

    folder: Path
    random: Random

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
    weight: float = 1.0
    """Its share of the time without an engine, beside those of the others."""
    engine_weight: float = 1.0
    """Its share of the time with one."""
    needs: Callable[[], str | None] = lambda: None
    """Returns why it can't be tried on this machine."""
