"""How long and how often to keep asking."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.client.retry import BACKOFF, LEAST_LEFT, Budget, Retry


@pytest.mark.parametrize(
    ("retry", "attempts", "spent", "reached", "left"),
    [
        (Retry.NEVER, 1, 0.0, True, 0.0),
        (Retry.TRANSIENT, 1, 0.0, True, 120.0),
        (Retry.TRANSIENT, 999, 100.0, True, 20.0),
        (Retry.TRANSIENT, 2, 120.0, True, 0.0),
        (Retry.TRANSIENT, 2, 500.0, True, 0.0),
        (Retry.TRANSIENT, 2, 15.0, False, 105.0),
        (Retry.UNREACHABLE, 2, 4.0, False, 6.0),
        (Retry.UNREACHABLE, 2, 10.0, False, 0.0),
        (Retry.UNREACHABLE, 2, 10.0, True, 110.0),
        (Retry.MALFORMED, 99, 100.0, True, 20.0),
        (Retry.MALFORMED, 3, 120.0, True, 0.0),
    ],
)
def test_what_is_left(
    retry: Retry, attempts: int, spent: float, reached: bool, left: float
) -> None:
    assert Budget().left(retry, attempts=attempts, spent=spent, reached=reached) == left


@pytest.mark.parametrize(("retries", "attempts"), [(0, 1), (1, 2), (7, 8)])
def test_a_limit_counts_retries_not_attempts(retries: int, attempts: int) -> None:
    def left(made: int) -> float:
        return Budget(retries).left(Retry.TRANSIENT, attempts=made, spent=0.0, reached=True)

    assert left(attempts) == 0.0
    assert attempts == 1 or left(attempts - 1) > 0


@pytest.mark.parametrize(
    ("spent", "seconds"), [(0.0, 30.0), (90.0, 30.0), (100.0, 20.0), (119.5, 1.0), (120.0, 1.0)]
)
def test_an_attempt_has_what_the_call_has_left_and_no_more_than_half_a_minute(
    spent: float, seconds: float
) -> None:
    assert Budget().attempt_within(spent) == seconds


@given(st.integers(1, 10_000), st.integers())
def test_pauses_grow_with_jitter_up_to_a_bound(number: int, seed: int) -> None:
    delay = BACKOFF.pause(number, random.Random(seed))
    ceiling = min(15.0, 0.1 * 2 ** min(number, 30))
    assert ceiling / 2 <= delay <= ceiling


def test_two_callers_do_not_come_back_together() -> None:
    dice = random.Random(1)
    assert len({BACKOFF.pause(4, dice) for _ in range(50)}) == 50


def test_the_least_that_is_left_is_enough() -> None:
    for patience, left in ((LEAST_LEFT, LEAST_LEFT), (LEAST_LEFT / 2, 0.0)):
        budget = Budget(patience=patience)
        assert budget.left(Retry.TRANSIENT, attempts=1, spent=0.0, reached=True) == left
