"""The page refers to nothing outside, and nothing of what it shows becomes a part of it."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.report.model import Cell, Report, ReportedJob
from pulumi_amplify_jobs.report.page import LONG, SHORT, page
from pulumi_amplify_jobs.report.visible_text import visible

from .hostile import HOSTILE
from .pages import Node, cells, read
from .reports import CREATED, REPORT, UPDATED


def policy(root: Node) -> dict[str, str]:
    [meta] = root.all("meta", **{"http-equiv": "Content-Security-Policy"})
    parts = (part.split(maxsplit=1) for part in str(meta.attributes["content"]).split(";"))
    return dict(parts)


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_its_policy_allows_its_own_style_and_script_and_nothing_else() -> None:
    root = read(page(REPORT))
    [style], [script] = root.all("style"), root.all("script")
    assert policy(root) == {
        "default-src": "'none'",
        "style-src": hash_of(style.text),
        "script-src": hash_of(script.text),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_it_refers_to_nothing_outside() -> None:
    text = page(REPORT)
    assert not re.search(r"https?://|@import|url\((?!#)", text)
    for node in read(text).everything():
        assert not {"src", "srcset", "action", "style", "data"} & node.attributes.keys()
        assert not any(name.startswith("on") for name in node.attributes)
        assert str(node.attributes.get("href", "#")).startswith(("#", "data:,"))


def shape(node: Node) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Return a page's elements and their attributes, but for the marks of what is escaped."""
    return [
        (each.tag, sorted(each.attributes.items()))
        for each in node.everything()
        if each.attributes.get("class") != "esc"
    ]


def saying(text: str) -> Report:
    """Return a report that says a text wherever a report says one from outside."""
    job = ReportedJob(
        name=text,
        action="update",
        key=JobKey(text, text, text),
        operation=Cell(text, f"{text}!"),
        status=Cell(text, f"{text}!"),
        created=CREATED,
        updated=UPDATED,
        reason=text,
    )
    return Report(text, text, (job,), problems=(text,), warnings=(text,))


PLAIN = shape(read(page(saying("plain"))))


def assert_is_only_text(text: str) -> None:
    root = read(page(saying(text)))
    hashes = {hash_of(each.text) for each in root.all("style") + root.all("script")}
    assert hashes == {policy(root)["style-src"], policy(root)["script-src"]}
    assert shape(root) == PLAIN
    shown = [each.text for each in root.all("bdi")]
    long, short, wanted = visible(text, LONG), visible(text, SHORT), visible(f"{text}!", SHORT)
    assert sorted(shown) == sorted([long or "empty"] * 3 + [short or "empty"] * 11 + [wanted] * 2)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_shown_and_nothing_more(text: str) -> None:
    assert_is_only_text(text)


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_is_shown_and_nothing_more(text: str) -> None:
    assert_is_only_text(text)


def test_a_page_of_hostile_texts_can_be_written_and_is_one_line_each() -> None:
    assert len(HOSTILE) >= 200
    report = Report("dev", None, tuple(job for text in HOSTILE for job in saying(text).jobs))
    text = page(report)
    text.encode()
    assert all(character.isprintable() or character == "\n" for character in text)
    assert len(cells(report)) == len(HOSTILE)
