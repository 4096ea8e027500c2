"""Whether a bound was kept, by what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.bounds import BOUNDS, Bound, Verdict, none_is_broken, verdicts
from benchmarks.columns.engine import FLOOR, OURS
from benchmarks.results import Machine, Measurement, Results, Run
from benchmarks.world import Phase

NOTHING = Results(Machine((), {}, 0, 0), {}, ())
MOST = Bound("short", "what", 1.1, lambda _results: None)


@pytest.mark.parametrize(
    ("bound", "figures", "measured", "kept"),
    [
        (MOST, (1.0, 1.1, 9.0), 1.1, True),
        (MOST, (1.0, 1.11, 1.2), 1.11, False),
        (replace(MOST, worst=True), (1.0, 1.1, 9.0), 9.0, False),
        (replace(MOST, at_least=True), (1.0, 1.1, 1.2), 1.1, True),
        (replace(MOST, at_least=True), (1.0, 1.0, 1.2), 1.0, False),
        (MOST, (), None, None),
    ],
)
def test_verdicts(
    bound: Bound, figures: tuple[float, ...], measured: float | None, kept: bool | None
) -> None:
    verdict = Verdict(bound, figures)
    assert (verdict.measured, verdict.kept) == (measured, kept)


def test_what_was_not_measured_is_neither_kept_nor_broken() -> None:
    told = verdicts(NOTHING)
    assert [verdict.kept for verdict in told] == [None] * len(BOUNDS)
    assert none_is_broken(told)


def test_one_bound_that_is_broken_is_enough() -> None:
    kept, broken, unknown = Verdict(MOST, (1.0,)), Verdict(MOST, (1.2,)), Verdict(MOST, ())
    assert none_is_broken([kept, unknown])
    assert not none_is_broken([kept, broken, unknown])


def test_a_ratio_is_taken_round_by_round() -> None:
    def runs(column: str, *cpu: float) -> Measurement:
        found = tuple(Run(seconds=1.0, cpu=each) for each in cpu)
        return Measurement("preview-5", Phase.UNCHANGED.value, column, found)

    both = (runs(OURS.name, 2.0, 8.0, 3.0), runs(FLOOR.name, 1.0, 8.0, 2.0))
    first = verdicts(replace(NOTHING, measurements=both))[0]
    assert first.figures == (2.0, 1.0, 1.5)
    assert first.measured == 1.5
