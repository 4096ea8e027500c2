"""What figures are of: the commit that is checked out."""

from __future__ import annotations

import subprocess
from pathlib import Path


def checked_out(repository: Path, *paths: str) -> str:
    """Return the commit, and whether any of these paths (of Git's pathspecs) were changed since.

    Raises CalledProcessError where there is no repository.
    """
    changed = _git(repository, "status", "--porcelain", "--untracked-files=no", *paths)
    return _git(repository, "rev-parse", "--short=12", "HEAD") + (" (changed)" if changed else "")


def _git(repository: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    return done.stdout.strip()
