"""The language of names: `*`, `?`, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.name_patterns import JobPattern, fits, in_other_case, name_problem

parts = st.text(st.one_of(st.sampled_from("*?[]a/%"), st.characters()), min_size=1, max_size=3)
keys = st.builds(JobKey, parts, parts, parts)


@pytest.mark.parametrize(
    ("pattern", "name", "fit"),
    [
        ("prod", "prod", True),
        ("prod", "production", False),
        ("pro*", "prod", True),
        ("pro*", "pro", True),
        ("*", "", True),
        ("*", "a/b\nc", True),
        ("p?od", "prod", True),
        ("p?od", "pod", False),
        ("Prod", "prod", False),
        ("[prod]", "p", False),
        ("[prod]", "[prod]", True),
        ("[!d]*", "prod", False),
        ("[a-z]*", "[a-z]x", True),
        ("p.*d", "prod", False),
        ("a\\*", "a*", False),
        ("{prod,dev}", "prod", False),
    ],
)
def test_what_a_pattern_fits(pattern: str, name: str, fit: bool) -> None:
    assert fits(pattern, name) is fit


@given(st.text(st.characters(exclude_characters="*?"), max_size=12), st.text(max_size=12))
def test_text_without_a_star_fits_itself_only(pattern: str, name: str) -> None:
    assert fits(pattern, pattern)
    assert fits(pattern, name) is (pattern == name)


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_a_star_fits_whatever_stands_between(head: str, between: str, tail: str) -> None:
    plain = head.replace("*", "").replace("?", ""), tail.replace("*", "").replace("?", "")
    assert fits("*".join(plain), between.join(plain))


def test_a_pattern_with_many_stars_is_quick() -> None:
    assert not fits("*a" * 60 + "b", "a" * 256)


@pytest.mark.parametrize(
    ("pattern", "key", "takes"),
    [
        (("d1", "prod", "*"), ("d1", "prod", "a/b"), True),
        (("d1", "*", "a"), ("d1", "prod", "a"), True),
        (("d1", "*", "a"), ("d1", "prod/x", "a"), True),
        (("d1", "prod", "a%2A"), ("d1", "prod", "a*"), True),
        (("d1", "prod", "a%2A"), ("d1", "prod", "ab"), False),
        (("d1", "prod", "a%3Fb*"), ("d1", "prod", "a?b"), True),
        (("d1", "prod", "a%3Fb*"), ("d1", "prod", "axb"), False),
        (("d1", "prod", "[a%2A]"), ("d1", "prod", "a"), False),
        (("d1", "prod", "?"), ("d1", "prod", "/"), True),
        (("*", "prod", "a*"), ("d2", "prod", "b"), False),
        (("d1", "prod", "*"), ("d1", "dev", "a"), False),
        (("d1", "prod", "*"), ("D1", "prod", "a"), False),
        (("d1", "prod%2Fx", "y"), ("d1", "prod", "x/y"), False),
    ],
)
def test_each_part_of_a_job_fits_by_itself(
    pattern: tuple[str, str, str], key: tuple[str, str, str], takes: bool
) -> None:
    assert JobPattern(*pattern).takes(JobKey(*key)) is takes


@given(keys, keys)
def test_the_text_of_a_key_is_an_exception_of_that_job_only(key: JobKey, other: JobKey) -> None:
    exception = JobPattern(*str(key).split("/"))
    assert exception.key == key
    assert exception.takes(key)
    assert exception.takes(other) is (key == other)


@pytest.mark.parametrize("text", [" a", "a ", "a\u00a0", "a\n", "\ta", "", ".", "..", "a\x1b"])
def test_what_can_be_no_name(text: str) -> None:
    assert name_problem(text) is not None


def test_what_another_case_would_fit() -> None:
    assert in_other_case("PRO*", ["dev", "prod"]) == "prod"
    assert in_other_case("x*", ["dev", "prod"]) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (" a", "has whitespace around it: remove it"),
        ("", "is empty: write a value"),
        ("..", "is .., which can't be used in a request's path: write the real name"),
    ],
)
def test_why_it_can_be_no_name(text: str, problem: str) -> None:
    assert name_problem(text) == problem
    assert name_problem("a b") is None


def test_an_exclamation_mark_and_letters_stand_for_themselves_beside_brackets() -> None:
    assert fits("[X]!", "[X]!")
    assert not fits("X*", "[X]")
    assert fits("*X[", "aX[")
    assert JobPattern("a", "b", "X?[c").takes(JobKey("a", "b", "Xy[c"))
    assert not JobPattern("a", "b", "X*").takes(JobKey("a", "b", "[X]"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [("d1/*/4f1c", ("d1", "*", "4f1c")), ("d%2F1/prod/a?", ("d%2F1", "prod", "a?"))],
)
def test_a_pattern_of_jobs_is_kept_as_it_is_written(text: str, parts: tuple[str, ...]) -> None:
    pattern = JobPattern.parse(text)
    assert (pattern.app_id, pattern.environment, pattern.job_id) == parts
    assert str(pattern) == text
    assert pattern.key is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("d1/prod", "is not a job: write APP/ENVIRONMENT/JOB"),
        ("d1/ prod/x", "has whitespace around it: remove it"),
        ("d1/../x", "is .., which can't be used"),
        ("d1/prod/%2E", "is ., which can't be used"),
        ("d1/prod/%00", "has control characters: remove them"),
    ],
)
def test_what_can_be_no_pattern_of_jobs(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}"):
        JobPattern.parse(text)
