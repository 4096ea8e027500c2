"""The summary of a job step in GitHub Actions: for reports that can't become a comment.

docs.github.com, "Workflow commands for GitHub Actions", "Adding a job summary": the file that
GITHUB_STEP_SUMMARY names, at most 1 MiB for each step.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .comment_body import size

LIMIT = 1024 * 1024
"""The most bytes of a step's summary; of a larger one GitHub shows nothing."""


def add_to_summary(path: Path, render: Callable[[int], str]) -> bool:
    """Append a report to a step's summary; say whether it had room. Raises OSError.

    `render` makes a report of at most so many bytes, as far as it can be cut.
    """
    held = path.stat().st_size if path.exists() else 0
    gap = "\n\n" if held else ""
    content = render(LIMIT - held - size(gap))
    if held + size(gap + content) > LIMIT:
        return False
    with path.open("a", encoding="utf-8", errors="replace") as file:
        file.write(gap + content)
    return True
