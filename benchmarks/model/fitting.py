"""Least squares, small enough to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Vector = Sequence[float]


@dataclass(frozen=True)
class Fit:
    """A sum of terms: what each costs for one of its kind."""

    names: tuple[str, ...]
    costs: tuple[float, ...]

    def predict(self, amounts: Vector) -> float:
        """Return the sum for so much of each term."""
        return sum(c * a for c, a in zip(self.costs, amounts, strict=True))


def fitted(names: Sequence[str], amounts: Sequence[Vector], measured: Vector) -> Fit | None:
    """Return the terms with the least squares of the relative errors.

    Relative, or the longest run alone would decide. None: there are too few measurements, or they
    don't tell the terms apart.
    """
    rows = [[each / m for each in a] for a, m in zip(amounts, measured, strict=True)]
    size = range(len(names))
    left = [[sum(row[i] * row[j] for row in rows) for j in size] for i in size]
    right = [sum(row[i] for row in rows) for i in size]
    costs = _solved(left, right)
    return None if costs is None else Fit(tuple(names), tuple(costs))


def _solved(left: list[list[float]], right: list[float]) -> list[float] | None:
    """Solve a system of linear equations by Gauss's elimination; None: it has no one solution."""
    rows = [[*row, value] for row, value in zip(left, right, strict=True)]
    size = len(rows)
    scale = [max(map(abs, row[:-1])) for row in rows]
    for column in range(size):
        best = max(range(column, size), key=lambda each: abs(rows[each][column]))
        rows[column], rows[best] = rows[best], rows[column]
        pivot = rows[column][column]
        if abs(pivot) <= 1e-9 * scale[column]:
            return None
        for other in range(size):
            if other != column:
                share = rows[other][column] / pivot
                rows[other] = [
                    a - share * b for a, b in zip(rows[other], rows[column], strict=True)
                ]
    return [rows[each][-1] / rows[each][each] for each in range(size)]
