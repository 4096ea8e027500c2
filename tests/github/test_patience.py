"""How long is waited: what GitHub says, and growing pauses where it says nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from pulumi_amplify_jobs.github.retry import BACKOFF, is_limited, limit_pause

NOW = 1_795_500_000.0
DICE = random.Random(7)


def test_pauses_grow_up_to_a_limit_and_differ() -> None:
    longest = [max(BACKOFF.pause(failures, DICE) for _ in range(200)) for failures in range(1, 9)]
    shortest = [min(BACKOFF.pause(failures, DICE) for _ in range(200)) for failures in range(1, 9)]
    for failures, ceiling in enumerate([1, 2, 4, 8, 16, 30, 30, 30]):
        assert ceiling * 0.9 < longest[failures] <= ceiling
        assert ceiling / 2 <= shortest[failures] < ceiling * 0.6
    assert BACKOFF.pause(10**6, DICE) <= 30


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (429, {}, ""),
        (403, {"retry-after": "3"}, ""),
        (403, {"x-ratelimit-remaining": "0"}, "API rate limit exceeded for installation"),
        (403, {}, "You have exceeded a secondary rate limit. Please wait a few minutes"),
        (403, {}, "You have triggered an abuse detection mechanism."),
    ],
)
def test_limits(status: int, headers: Mapping[str, str], message: str) -> None:
    assert is_limited(status, headers, message)


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (200, {"x-ratelimit-remaining": "0"}, ""),
        (403, {"x-ratelimit-remaining": "41"}, "Must have admin rights to Repository."),
        (403, {"x-ratelimit-remaining": "0"}, "Resource not accessible by integration"),
        (404, {"retry-after": "3"}, "Not Found"),
        (502, {"retry-after": "3"}, ""),
    ],
)
def test_what_is_no_limit(status: int, headers: Mapping[str, str], message: str) -> None:
    assert not is_limited(status, headers, message)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, 30),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "Tue, 24 Nov 2026 06:00:20 GMT"}, 20),
        ({"retry-after": "Tue, 24 Nov 2026 05:00:00 GMT"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795500045"}, 45),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795499999"}, 0),
        ({"x-ratelimit-remaining": "9", "x-ratelimit-reset": "1795500045"}, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, 60),
        ({"retry-after": "-5"}, 60),
        ({"retry-after": "٣"}, 60),
        ({"retry-after": "9" * 400}, 60),
        ({}, 60),
    ],
)
def test_a_limit_is_waited_for_as_long_as_github_says(
    headers: Mapping[str, str], seconds: float
) -> None:
    assert seconds <= limit_pause(headers, NOW, 1, DICE) <= seconds + 1


def test_where_nothing_is_said_the_second_wait_is_twice_as_long() -> None:
    assert 120 <= limit_pause({}, NOW, 2, DICE) <= 121
