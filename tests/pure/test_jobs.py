"""Key parts, labels, durations and folded text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.domain.jobs import DesiredJob, Wait
from pulumi_amplify_jobs.domain.keys import JobKey, key_part_problem, text_problem
from pulumi_amplify_jobs.domain.times import parse_duration
from pulumi_amplify_jobs.errors import ConfigError, one_line


@pytest.mark.parametrize(
    "part", ["", ".", "..", "a\0", "a\n", "\x7f", "\ud800", "\u2029", "x" * 257]
)
def test_text_that_can_be_no_key_part(part: str) -> None:
    assert key_part_problem(part)


@pytest.mark.parametrize(
    "part", ["0012", "a/b", "/", " ", "?", "#", "...", "ü☃👩‍🚀", "%2e", "x" * 256]
)
def test_text_that_can(part: str) -> None:
    assert key_part_problem(part) is None


def test_a_dot_is_no_path_step_in_a_status() -> None:
    assert text_problem("..") is None


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_an_accepted_key_part_stays_one_path_segment_on_one_line(part: str) -> None:
    if key_part_problem(part) is None:
        assert part.encode()
        assert len(part.splitlines()) == 1
        assert part not in (".", "..")


def test_labels() -> None:
    key = JobKey("d1", "prod", "a/b")
    assert DesiredJob(key, name="push").label == "push (d1/prod/a%2Fb)"
    assert DesiredJob(key).label == "d1/prod/a%2Fb"
    assert key.environment == ("d1", "prod")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("30m", 1800),
        ("2h", 7200),
        ("1h30m", 5400),
        ("1h1m1s", 3661),
        ("0h5s", 5),
        ("2d", 172800),
        ("1w", 604800),
        ("1w2d3h4m5s", 788645),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds
    assert Wait(text).seconds == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0s",
        "30",
        "m",
        "-5m",
        "1.5h",
        "30M",
        "30 m",
        "5m1h",
        "1h 5m",
        "5m\n",
        "9999999s",
        "1y",
        "2d1w",
        "٣d",
    ],
)
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration: write 90s, 30m, 1h30m, 2d or 1w"):
        parse_duration(text)


def test_a_duration_that_no_clock_takes() -> None:
    assert parse_duration("3650d") == 3650 * 86400
    for text in ("3650d1s", "999999w"):
        with pytest.raises(ValueError, match=f"^'{text}' is longer than 3650 days: write less$"):
            parse_duration(text)


@given(st.integers(0, 999), st.integers(0, 59), st.integers(0, 59))
def test_a_duration_adds_up(hours: int, minutes: int, seconds: int) -> None:
    total = hours * 3600 + minutes * 60 + seconds
    if total:
        assert parse_duration(f"{hours}h{minutes}m{seconds}s") == total


@given(st.text(st.characters(exclude_categories=())), st.integers(2, 60))
def test_one_line_is_printable_and_no_longer_than_asked(text: str, limit: int) -> None:
    folded = one_line(text, limit)
    assert folded.isprintable()
    assert len(folded) <= limit
    assert folded == one_line(folded, limit)


def test_one_line_keeps_the_words() -> None:
    assert one_line("  a\r\n\tb \x1b[31mc\u2028d ") == "a b [31mc d"
    assert one_line("abcdef", 4) == "abc…"


def test_config_errors_carry_each_problem() -> None:
    error = ConfigError(["a: x", "b: y"])
    assert (str(error), error.problems) == ("a: x\nb: y", ("a: x", "b: y"))
