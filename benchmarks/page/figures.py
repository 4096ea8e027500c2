"""Figures as text: three digits tell all that a measurement can."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..bounds import Verdict

ABSENT = "\N{EN DASH}"


def number(value: float) -> str:
    """Return a figure with three digits, and whole from a hundred on."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def megabytes(value: int) -> str:
    """Return bytes in megabytes."""
    return f"{value / 1e6:,.0f}"


def kilobytes(value: int) -> str:
    """Return bytes in kilobytes."""
    return f"{value / 1e3:,.0f}" if value >= 1e4 else f"{value / 1e3:.1f}"


def limit(verdict: Verdict) -> str:
    """Return what was promised."""
    bound = verdict.bound
    return f"{'≥' if bound.at_least else '≤'} {bound.limit:g} {bound.unit}"


def measured(verdict: Verdict) -> str:
    """Return what was measured."""
    return ABSENT if verdict.measured is None else _exact(verdict, verdict.measured)


def spread(verdict: Verdict) -> str:
    """Return the lowest and the highest figure of the rounds."""
    if len(verdict.figures) < 2:
        return ABSENT
    lowest, highest = min(verdict.figures), max(verdict.figures)
    rounds = len(verdict.figures)
    return f"{_exact(verdict, lowest)} to {_exact(verdict, highest)} ({rounds})"


def kept(verdict: Verdict) -> str:
    """Return whether a bound was kept, in a word."""
    return {True: "yes", False: "**no**", None: "not measured"}[verdict.kept]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a Markdown table; all columns but the first are figures."""
    lines = [_row(head), _row(["---", *["---:"] * (len(head) - 1)])]
    return lines + [_row(row) for row in rows]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _exact(verdict: Verdict, value: float) -> str:
    """Show whole numbers as such: calls are counted, and times and ratios are not."""
    return f"{value:,.0f}" if verdict.bound.unit == "calls" else number(value)
