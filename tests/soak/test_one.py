"""The trials of one row, as far as its time goes."""

from __future__ import annotations

from collections.abc import Iterator

from soak.one import tried
from soak.row import Row, Setting
from soak.rows import ROWS
from soak.trial import Trial


def three(setting: Setting) -> Iterator[Trial]:
    setting.absent["a fourth"] = "there is none"
    yield from (Trial("apply") for _ in range(3))


def row(*, waits: bool) -> Row:
    return Row("made up", "none", "nothing", "three trials", three, waits=waits)


def test_a_row_ends_where_its_time_does(setting: Setting) -> None:
    figures = tried(row(waits=False), setting, 0, engine=False)
    assert (figures.trials, figures.whole) == (1, False)


def test_what_has_run_counts_although_the_time_is_over(setting: Setting) -> None:
    figures = tried(row(waits=True), setting, 0, engine=False)
    assert (figures.trials, figures.whole) == (3, True)


def test_what_can_not_be_tried_here_is_kept(setting: Setting) -> None:
    figures = tried(row(waits=False), setting, 60, engine=False)
    assert figures.absent == {"a fourth": "there is none"}


def test_the_rows_that_mostly_wait_are_those_whose_trials_run_beside_each_other() -> None:
    assert [name for name, each in ROWS.items() if each.waits] == ["outages", "no answers"]
