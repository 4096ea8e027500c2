"""A column of the tables: a way to bring jobs to what is declared."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..running.commands import Command
from ..world import Phase, World

PREVIEWS = frozenset({Phase.FIRST_PREVIEW, Phase.UNCHANGED, Phase.DRIFT_PREVIEW})
UPS = frozenset({Phase.FIRST_UP, Phase.DRIFT_UP})


@dataclass(frozen=True)
class Project:
    """A folder of one column, ready to run."""

    commands: Mapping[Phase, Command]
    state: Path | None = None
    """What the column remembers between its runs: a file, or a folder with the largest file."""

    def forget(self) -> None:
        """Have the next run be the first one."""
        if self.state is not None:
            remembered, empty = self.state, _empty(self.state)
            shutil.rmtree(remembered, ignore_errors=True)
            remembered.unlink(missing_ok=True)
            if empty.exists():
                shutil.copytree(empty, remembered)

    def state_bytes(self) -> int | None:
        """Return the size of the state, without the history and the backups of it."""
        if self.state is None or not self.state.exists():
            return None
        files = [self.state, *self.state.rglob("stacks/**/*.json")]
        return max(file.stat().st_size for file in files if file.is_file())


@dataclass(frozen=True)
class Column:
    """A way to bring jobs to what is declared, and how a project for it is made."""

    name: str
    does: str
    """What is run, for the page."""
    make: Callable[[Path, World], Project]
    absent: Callable[[], str | None] = lambda: None
    """Why it can't be measured here."""
    overlooks: frozenset[Phase] = frozenset()
    """The phases of UPS in which it leaves jobs as they are."""


def keep_empty(state: Path) -> None:
    """Remember a state as the one before the first run."""
    shutil.copytree(state, _empty(state))


def _empty(state: Path) -> Path:
    return state.with_name(f"{state.name}.empty")
