"""Many items at once: in their order, and no further than the first that fails."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.threads import all_at_once


@given(st.lists(st.integers()), st.integers(1, 5))
def test_results_are_in_the_order_of_their_items(items: list[int], threads: int) -> None:
    assert all_at_once(lambda each: each * 2, items, threads, "test") == [2 * n for n in items]


def test_so_many_are_at_work_at_once() -> None:
    together = threading.Barrier(4)
    assert len(all_at_once(lambda _: together.wait(60), range(8), 4, "test")) == 8


def test_what_fails_is_raised_and_nothing_is_begun_after_it() -> None:
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        if number == 2:
            raise ValueError(number)

    with pytest.raises(ValueError, match="2"):
        all_at_once(work, range(1000), 1, "test")
    assert begun == [0, 1, 2]


def test_a_failure_is_raised_while_others_are_still_at_work() -> None:
    release = threading.Event()

    def work(number: int) -> None:
        if number:
            release.wait(60)
        else:
            raise ValueError(number)

    try:
        with pytest.raises(ValueError, match="0"):
            all_at_once(work, range(2), 2, "test")
    finally:
        release.set()
