"""Which commit a soak tries."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .page import PAGE
from .report import DOCUMENT, REPOSITORY


def commit(repository: Path = REPOSITORY) -> str:
    """Return what is checked out, and whether more was changed since than what soaks write."""
    ours = [f":!{path.relative_to(REPOSITORY)}" for path in (DOCUMENT, PAGE)]
    changed = _git(repository, "status", "--porcelain", "--untracked-files=no", ".", *ours)
    return _git(repository, "rev-parse", "--short", "HEAD") + (" (changed)" if changed else "")


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()
