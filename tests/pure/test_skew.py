"""What Date headers say of this machine's clock."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from pulumi_amplify_jobs.domain.clock_skew import ServiceClock, clock_refusal, clock_warning

NOW = 1_700_000_000.0


def ahead(*seen: tuple[float, float], date: float = NOW) -> float | None:
    clock = ServiceClock()
    for sent, received in seen:
        clock.observe(formatdate(date, usegmt=True), sent, received)
    return clock.ahead


@pytest.mark.parametrize(
    ("sent", "received", "expected"),
    [
        (NOW, NOW, 0.0),
        (NOW + 0.9, NOW + 0.9, 0.0),  # the header has whole seconds only
        (NOW - 200, NOW + 200, 0.0),  # a slow answer is no wrong clock
        (NOW + 1, NOW + 2, 0.0),  # at the edge of what the header leaves open
        (NOW - 2, NOW, 0.0),
        (NOW + 100, NOW + 130, 99.0),
        (NOW - 130, NOW - 100, -100.0),
    ],
)
def test_what_can_be_on_the_way_is_no_error(sent: float, received: float, expected: float) -> None:
    assert ahead((sent, received)) == expected


def test_the_answer_that_says_least_counts() -> None:
    assert ahead((NOW + 500, NOW + 501), (NOW + 90, NOW + 400)) == 89.0


@pytest.mark.parametrize("date", [None, "", "soon", "Tue, 99 Foo", "0"])
def test_no_date_says_nothing(date: str | None) -> None:
    clock = ServiceClock()
    clock.observe(date, NOW, NOW)
    assert clock.ahead is None
    assert clock_warning(clock.ahead) is clock_refusal(clock.ahead) is None


@pytest.mark.parametrize(
    ("off", "warned", "refused"),
    [
        (0, False, False),
        (60, False, False),
        (61, True, False),
        (300, True, False),
        (301, True, True),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_minute_is_a_warning_and_five_are_an_error(
    off: float, warned: bool, refused: bool, sign: int
) -> None:
    assert (clock_warning(sign * off) is not None) is warned
    assert (clock_refusal(sign * off) is not None) is refused


def test_what_is_said_of_a_wrong_clock() -> None:
    assert clock_warning(125.0) == (
        "this machine's clock is 2m 5s ahead of the service's, so jobs look that much older than "
        "they are: set the clock"
    )
    assert clock_refusal(-7200.0) == (
        "this machine's clock is 2h 0m behind the service's, so no age can be trusted and nothing "
        "is written: set the clock"
    )


def test_of_two_answers_that_say_as_much_the_first_counts() -> None:
    assert ahead((NOW + 101, NOW + 101), (NOW - 100, NOW - 100)) == 100.0


def test_now_is_by_the_service_s_clock_where_that_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time, "time", lambda: NOW)
    clock = ServiceClock()
    assert clock.now() == NOW
    clock.observe(formatdate(NOW, usegmt=True), NOW + 5001, NOW + 5001)
    assert clock.now() == NOW - 5000


def test_a_clock_that_is_behind_makes_jobs_look_younger() -> None:
    assert clock_warning(-61.0) == (
        "this machine's clock is 1m 1s behind the service's, so jobs look that much younger than "
        "they are: set the clock"
    )
