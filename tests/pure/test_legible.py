"""What a display would act on is shown instead, in fields of jobs, in keys and in messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.errors import JobError, one_line
from pulumi_amplify_jobs.legible import COMMANDS, legible

hostile = st.lists(
    st.sampled_from(("<", "{", "%", "#", "[", "3C", "23", "\x1b", "\ud800", " ", "/", "*", "x")),
    min_size=1,
).map("".join)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("RUNNING", "RUNNING"),
        ("\xa0\u202ea%", "\xa0\u202ea%"),
        ("\x1b[2J\n\u2028\ud800", "%1B[2J%0A%E2%80%A8%ED%A0%80"),
        ("\xa0\x9b", "\xa0%C2%9B"),
        ("RUN<{%fg 1%}>NING", "RUN%3C{%fg 1%}>NING"),
        ("a ##[error]b", "a %23#[error]b"),
        ("<{\x1b", "%3C{%1B"),
        ("<{##[", "%3C{%23#["),
    ],
)
def test_what_a_display_would_act_on_is_seen(text: str, seen: str) -> None:
    assert legible(text) == seen
    assert legible(seen) == seen


@given(hostile)
def test_no_display_acts_on_a_text_that_is_shown(text: str) -> None:
    shown = (
        legible(text),
        one_line(text),
        str(JobError(text)),
        str(JobKey(text, text, text, "target")),
    )
    for each in shown:
        assert not any(begin in each for begin in COMMANDS), each
