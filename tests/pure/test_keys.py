"""The one text of a job key or an environment: nothing is lost in it, and no two keys share it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.domain.keys import (
    Environment,
    JobKey,
    key_part_problem,
    text_problem,
    wanted_problem,
)
from pulumi_amplify_jobs.errors import one_line
from pulumi_amplify_jobs.legible import COMMANDS, UNFIT, legible

parts = st.text(
    st.one_of(st.sampled_from("/% a\n<{#[*"), st.characters(exclude_categories=())), min_size=1
)
keys = st.builds(JobKey, parts, parts, parts)


@given(keys)
def test_a_key_is_read_back_from_its_text(key: JobKey) -> None:
    assert JobKey.parse(str(key)) == key


@given(keys)
def test_its_text_can_be_seen_in_one_line_as_it_is(key: JobKey) -> None:
    assert one_line(str(key), 10**9) == str(key)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (JobKey("d1", "prod", "4f1c"), "d1/prod/4f1c"),
        (JobKey("D1", "Prod", "a b_c-d.e:f[g]#ü☃"), "D1/Prod/a b_c-d.e:f[g]#ü☃"),
        (JobKey("d1", "prod/x", "y"), "d1/prod%2Fx/y"),
        (JobKey("d1", "prod", "x/y"), "d1/prod/x%2Fy"),
        (JobKey("d1", "prod", "a*b?"), "d1/prod/a%2Ab%3F"),
        (JobKey("d1", "prod", "x%2Fy"), "d1/prod/x%252Fy"),
        (JobKey("d1", "prod", " a  b "), "d1/prod/%20a %20b%20"),
        (JobKey("d1", "prod", "a\n\u200b"), "d1/prod/a%0A%E2%80%8B"),
    ],
)
def test_the_text_of_keys(key: JobKey, text: str) -> None:
    assert str(key) == text
    assert JobKey.parse(text) == key


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not a job"),
        ("d1/prod", "is not a job"),
        ("d1//7", "is not a job"),
        ("d1/prod/x/y", "a / inside a name as %2F"),
        ("d1/prod/5%", "write % as %25"),
        ("d1/prod/%zz", "write % as %25"),
        ("d1/prod/%FF", "are not UTF-8"),
    ],
)
def test_texts_of_no_key(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        JobKey.parse(text)


@given(st.builds(Environment, parts, parts))
def test_an_environment_is_read_back_from_its_text(environment: Environment) -> None:
    assert Environment.parse(str(environment)) == environment
    assert str(JobKey(*environment, "7")) == f"{environment}/7"


@pytest.mark.parametrize("text", ["", "d1", "d1/", "d1/prod/7"])
def test_a_text_of_other_than_two_parts_is_no_environment(text: str) -> None:
    with pytest.raises(ValueError, match="is not an environment: write APP/ENVIRONMENT, and a /"):
        Environment.parse(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty: write a value"),
        ("x" * 257, "has 257 characters: at most 256 are allowed"),
        ("x" * 256, None),
        ("a\x1bb", "has control characters: remove them"),
        ("a##[b", "has # before #[, which begins a command of GitHub's runner: remove it"),
        ("<{%b%}>", "has < before {%, which begins a color of Pulumi's CLI: remove it"),
        ("<{b", None),
        ("\u202ea\xa0", None),
        ("..", None),
    ],
)
def test_why_a_text_can_be_no_status(text: str, problem: str | None) -> None:
    assert text_problem(text) == problem
    assert text == ".." or key_part_problem(text) == problem


def test_a_key_shows_its_target_behind_its_id() -> None:
    assert str(JobKey("d1", "prod", "7", "shop-eu")) == "d1/prod/7@shop-eu"
    assert JobKey("d1", "prod", "7", "shop-eu").id == "d1/prod/7"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("d1", "is not a job: write APP/ENVIRONMENT/JOB, and a / inside a name as %2F"),
        ("d1/a/5%", "has a % that begins no escape: write % as %25, and / as %2F"),
        ("d1/a/%FF", "has escapes that are not UTF-8: write % as %25, and / as %2F"),
    ],
)
def test_what_is_said_of_a_text_of_no_key(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        JobKey.parse(text)


def test_what_a_control_character_is_shown_as_can_be_asked_of_no_job() -> None:
    wrong = [
        code
        for code in range(0x110000)
        if (unicodedata.category(chr(code)) in UNFIT)
        != bool(wanted_problem(f"a{legible(chr(code))}b"))
    ]
    assert wrong == []
    for shown in map(legible, COMMANDS):
        assert str(wanted_problem(f"a{shown}b")).startswith(f"has {shown}, which stands for what ")


@pytest.mark.parametrize(
    "text",
    [
        "RUNNING",
        "50%",
        "%25",
        "%2F",
        "%7E",
        "%c3",
        "%C2%A0",
        "%ED%9F%BF",
        "%3C{",
        "%23[",
        "#[",
        "{%",
    ],
)
def test_other_signs_can_be_asked_for(text: str) -> None:
    assert wanted_problem(text) is None
