"""Text from outside, made visible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.report.visible_text import NO_GLYPH, pieces, visible

ANY = st.text(st.characters(codec=None, exclude_categories=()))
"""Also lone surrogates, which JSON can hold and no file."""


@pytest.mark.parametrize(
    ("text", "shown"),
    {
        "UpdateBackendAPI": "UpdateBackendAPI",
        "a  b": "a  b",
        " a ": "\\x20a\\x20",
        "  ": "\\x20\\x20",
        "ä b ": "ä b\\x20",
        "Ünïcode ☃ 生産 🚀 שלום": "Ünïcode ☃ 生産 🚀 שלום",
        "e\u0301": "e\u0301",
        "": "",
        "a\nb\tc\rd": "a\\nb\\tc\\rd",
        "\x1b[31mred\x1b[0m": "\\x1b[31mred\\x1b[0m",
        "\x00\x7f\x9b": "\\x00\\x7f\\x9b",
        "abc\u202edef\u202c": "abc\\u202edef\\u202c",
        "\u2066a\u2069\u200e": "\\u2066a\\u2069\\u200e",
        "a\u200bb\ufeff": "a\\u200bb\\ufeff",
        "a\u00a0b\u2028": "a\\xa0b\\u2028",
        "\ud800": "\\ud800",
        "\U000e0041\U000e0100": "\\U000e0041\\U000e0100",
        "\u3164\ufe0f": "\\u3164\\ufe0f",
        "a\u0301\u0302\u0303\u0304\u0305": "a\u0301\u0302\u0303\\u0304\\u0305",
    }.items(),
)
def test_what_can_not_be_seen_is_escaped(text: str, shown: str) -> None:
    assert visible(text, 100) == shown


@given(ANY)
def test_nothing_unseen_is_left(text: str) -> None:
    shown = visible(text, 1000)
    assert shown.isprintable()
    assert not NO_GLYPH & set(shown)
    shown.encode()  # no lone surrogate


@given(ANY)
def test_what_is_shown_tells_the_text(text: str) -> None:
    plain = "".join(
        piece.text
        if not piece.escaped
        else piece.text.encode("ascii").decode("unicode_escape", "surrogatepass")
        for piece in pieces(text, 10 * len(text))
    )
    assert plain == text


def test_pieces_tell_an_escape_from_a_text_that_looks_like_one() -> None:
    assert [(each.text, each.escaped) for each in pieces("\\n\n\nb", 9)] == [
        ("\\n", False),
        ("\\n\\n", True),
        ("b", False),
    ]


@pytest.mark.parametrize(
    ("length", "shown"), [(4, "aaaa"), (5, "aaaa… (5 characters)"), (0, "")], ids=str
)
def test_a_long_text_is_cut_and_its_length_told(length: int, shown: str) -> None:
    assert visible("a" * length, 4) == shown


def test_64_kb_are_cut_to_little() -> None:
    assert visible("\u202e" * 65536, 12) == "\\u202e\\u202e… (65,536 characters)"


@pytest.mark.parametrize("limit", range(6, 12))
def test_no_escape_is_cut(limit: int) -> None:
    assert visible("\u202eabc\u202e", limit) == f"\\u202e{'abc'[: limit - 6]}… (5 characters)"


@given(ANY, st.integers(0, 50))
def test_never_more_than_the_limit_is_shown(text: str, limit: int) -> None:
    shown = visible(text, limit)
    whole = visible(text, 10 * len(text))
    assert shown == whole or len(shown) <= limit + len(f"… ({len(text)} characters)")
