"""The last lines of `make bench`."""

from __future__ import annotations

from collections.abc import Iterable

from ..bounds import Verdict
from . import figures

WORDS = {True: "kept", False: "NOT KEPT"}


def summary_lines(verdicts: Iterable[Verdict]) -> list[str]:
    """Return a line for each bound that was measured."""
    return [
        f"{WORDS[verdict.kept]}: {verdict.bound.what}: {figures.measured(verdict)} "
        f"({figures.limit(verdict)})"
        for verdict in verdicts
        if verdict.kept is not None
    ]
