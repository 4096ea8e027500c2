"""What a comment holds can be read again, whatever it is, and always fits."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pulumi_amplify_jobs.github.comment_body import (
    LIMIT,
    Version,
    Versions,
    composed,
    harmless,
    hidden,
    marker,
    parsed,
    room,
    size,
)

MARK = marker("demo", "dev")


def version(content: str, moment: str = "2026-11-24T06:00:00Z") -> Version:
    return Version(harmless(content), hidden("1 job changes, 1 left alone"), moment)


NAMES = [
    "dev",
    "a-->b",
    "--",
    "---",
    "<script>",
    "über/Straße",
    "a%20b",
    "a b\nc",
    "x" * 500,
    "\u202e",
    "\ud800",
    "@octocat",
]


def test_a_marker_is_plain_for_plain_names() -> None:
    assert marker("demo", "dev") == "<!-- amplify-jobs: demo/dev -->"
    assert marker(None, "dev") == "<!-- amplify-jobs: dev -->"


@pytest.mark.parametrize("name", NAMES)
def test_a_marker_is_one_hidden_line_for_any_name(name: str) -> None:
    mark = marker(name, name)
    assert re.fullmatch(r"<!-- amplify-jobs: [!-~]+ -->", mark)
    inner = mark.removeprefix("<!--").removesuffix("-->")
    assert "--" not in inner
    assert not set("<>@\n") & set(inner)


def test_different_stacks_have_different_markers() -> None:
    pairs = [(a, b) for a in [*NAMES, "a/b", "a", None] for b in [*NAMES, "b/c", "a/b"]]
    marks = {pair: marker(*pair) for pair in pairs}
    assert len(set(marks.values())) == len(pairs)
    # Nor does one begin another.
    assert not marker("demo", "dev2").startswith(MARK)


def test_nothing_of_ours_is_seen() -> None:
    body = composed(MARK, Versions((version("**one**\n\n| a |\n| --- |\n| b |"),)))
    html = MarkdownIt("commonmark").enable("table").render(body)
    seen = re.sub(r"<!--.*?-->", "", html)
    assert "amplify-jobs" not in seen
    assert "<strong>one</strong>" in seen
    assert "<td>b</td>" in seen


def test_earlier_versions_are_folded_with_their_moment_and_summary() -> None:
    old = version("**old**\n\n<details><summary>1 as declared</summary>\n\n- x\n\n</details>")
    body = composed(MARK, Versions((version("new"), old)))
    html = MarkdownIt("commonmark", {"html": True}).render(body)
    summary = "<summary>2026-11-24T06:00:00Z: 1 job changes, 1 left alone</summary>"
    assert html.index("<p>new</p>") < html.index(summary) < html.index("<strong>old</strong>")
    assert html.count("<details>") == html.count("</details>") == 2


lines = st.sampled_from(
    [
        "**1 job changes**",
        "| `a` | b |",
        "<details><summary>x</summary>",
        "</details>",
        "",
        "<!-- amplify-jobs: demo/dev -->",
        "<!-- amplify-jobs version: 2026-11-24T06:00:00Z, x -->",
        "<!-- amplify-jobs dropped: 7 -->",
        "  indented",
        "\u2028",
        "\ud83c",
        "日本語 🌈",
    ]
)
contents = st.lists(lines | st.text(max_size=20), max_size=8).map("\n".join)


@given(st.lists(contents, min_size=1, max_size=6), st.integers(0, 1000))
def test_what_was_composed_is_parsed_again(texts: list[str], dropped: int) -> None:
    moments = [f"2026-11-24T06:00:{59 - index:02}Z" for index in range(len(texts))]
    held = Versions(tuple(map(version, texts, moments)), dropped)
    body = composed(MARK, held)
    assert parsed(body) == held
    # And after somebody's browser sent it back.
    assert parsed(body.replace("\n", "\r\n")) == held


pieces = st.sampled_from(
    [
        *(" ", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "x", " -->"),
        *("<details><summary>", "</summary>\n", "\n\n</details>\n"),
        *("<!-- amplify-jobs version: 1, x -->", "\n<!-- amplify-jobs version: 1, x -->\n"),
        *("<!-- amplify-jobs dropped: 7 -->", "<!-- amplify-jobs version: 1, " + "y " * 120),
    ]
)


@given(st.lists(pieces, max_size=20).map("".join))
@example("<!-- amplify-jobs version: 1, x -->\n\u2028<!-- amplify-jobs version: 1, x -->")
@example("<!-- amplify-jobs version: 1, x -->\n\r\r\nx")
def test_what_anybody_wrote_is_as_many_versions_when_written_again(body: str) -> None:
    held = parsed(body)
    assert parsed(composed(MARK, Versions((version("new"), *held.known), held.dropped))) == (
        Versions((version("new"), *held.known), held.dropped)
    )


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=12), st.integers(0, 10**6))
def test_it_never_exceeds_the_limit(lengths: list[int], dropped: int) -> None:
    texts = ["🌈" * (length // 4) for length in lengths]
    body = composed(MARK, Versions(tuple(map(version, texts)), dropped))
    assert size(body) == len(body.encode()) <= LIMIT < 65_536
    again = parsed(body)
    # The newest ones are there, and every other one is counted.
    assert [each.content for each in again.known] == texts[: len(again.known)]
    assert len(again.known) + again.dropped == len(texts) + dropped


def test_only_what_does_not_fit_is_dropped() -> None:
    texts = ["x" * 20_000 for _ in range(5)]
    body = composed(MARK, Versions(tuple(map(version, texts))))
    assert len(parsed(body).known) == 3
    assert "2 earlier versions are left out" in body
    assert size(body) > 60_000


def test_the_newest_version_has_all_the_room_there_is() -> None:
    most = room(MARK, version(""))
    assert most > LIMIT - 500
    old = Versions((version("x" * most), version("old")), dropped=10**8)
    assert size(composed(MARK, old)) <= LIMIT


def test_what_somebody_else_wrote_holds_no_version() -> None:
    assert parsed("") == Versions()
    assert parsed(f"{MARK}\nforged") == Versions()


@pytest.mark.parametrize(
    "text", ["--> <b>", "a --> b", "@octocat", "x\ny", "`#1`", "[a](b)", "a_b*c"]
)
def test_a_hidden_text_is_harmless_in_html_and_markdown(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9 ,.:;()/]*", hidden(text))
