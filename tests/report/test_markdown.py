"""The Markdown: what it shows, that it stays in its size, and that text in it stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.limits import STEP_SUMMARY
from pulumi_amplify_jobs.report.markdown import COMMENT, code, markdown
from pulumi_amplify_jobs.report.model import Cell, Report, ReportedJob
from pulumi_amplify_jobs.report.visible_text import visible

from .hostile import HOSTILE
from .reports import FLEET, REPORT

STUCK = ReportedJob(
    "unstick-push",
    "update",
    JobKey("d2abcdefgh1234", "prod", "4f1c"),
    Cell("UpdateBackendAPI"),
    Cell("RUNNING", "FAILED"),
    1763942400.0,
    1763946000.0,
    "drifted",
)
ALONE = ReportedJob("other", "skipped", JobKey("d2", "dev", "7"), reason="when: it is not so")
FAILED = ReportedJob("gone", "error", JobKey("d2", "dev", "8"), reason="no such job; remove it")
FINE = ReportedJob("fine", "unchanged", JobKey("d2", "dev", "9"), status=Cell("COMPLETED"))


def report(*jobs: ReportedJob, problems: tuple[str, ...] = ()) -> Report:
    return Report("dev", "ops", jobs, problems)


def many(job: ReportedJob, number: int) -> list[ReportedJob]:
    return [replace(job, name=f"{job.name}-{each:04}") for each in range(number)]


def size(text: str) -> int:
    return len(text.encode())


def test_what_a_reviewer_reads() -> None:
    assert markdown(report(STUCK, ALONE, FAILED, FINE)) == (
        "**1 job changes, 1 left alone, 1 error** in stack `dev` of `ops`\n"
        "\n"
        "| job | app/environment/job | operation | status | since | why |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| `unstick-push` | `d2abcdefgh1234/prod/4f1c` | `UpdateBackendAPI` "
        "| `RUNNING` → **`FAILED`** | 2025-11-24 01:00:00 UTC | drifted |\n"
        "\n"
        "**Errors**\n"
        "\n"
        "- `gone` (`d2/dev/8`): no such job; remove it\n"
        "\n"
        "**Left alone**\n"
        "\n"
        "- `other` (`d2/dev/7`): `when: it is not so`\n"
        "\n"
        "<details><summary>1 as declared</summary>\n"
        "\n"
        "- as declared: `fine` (`d2/dev/9`): `COMPLETED`\n"
        "\n"
        "</details>\n"
    )


def test_the_jobs_of_several_targets_stand_by_target() -> None:
    assert markdown(FLEET) == (
        "**3 jobs change, 5 errors** in stack `fleet` of `ops`\n"
        "\n"
        "| target | job | app/environment/job | operation | status | since | why |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "|  | `at-the-top` | `d1/prod/4f15` | `UpdateBackendAPI` | `RUNNING` → **`FAILED`** "
        "| 2026-11-24 07:00:00 UTC |  |\n"
        "| `shop-eu` | `shop-eu-push-2` | `d1/prod/4f12` | `UpdateBackendAPI` "
        "| `RUNNING` → **`FAILED`** | 2026-11-24 07:00:00 UTC |  |\n"
        "| `shop-us` | `stuck@shop-us` | `d1/prod/4f14` | `UpdateBackendAPI` "
        "| `RUNNING` → **`FAILED`** | 2026-11-24 07:00:00 UTC |  |\n"
        "\n"
        "**Errors**\n"
        "\n"
        "- `pay-eu`: 5 jobs (`pay-0`, `pay-1`, `pay-2` and 2 more): "
        "`access is denied; ask for amplifybackend:GetBackendJob`\n"
        "\n"
        "<details><summary>2 as declared</summary>\n"
        "\n"
        "- as declared in `shop-eu`: `shop-eu-push-1` (`d1/prod/4f11`): `UpdateBackendAPI`, "
        "`FAILED`\n"
        "- as declared in `shop-quiet`: `shop-quiet-push-3` (`d1/prod/4f13`): `UpdateBackendAPI`, "
        "`FAILED`\n"
        "\n"
        "</details>\n"
    )


def test_what_fails_in_two_targets_or_for_two_reasons_is_not_one_line() -> None:
    places = [("a", "why"), ("a", "why"), ("a", "other"), ("b", "why")]
    jobs = [replace(FAILED, target=target, reason=reason) for target, reason in places]
    jobs.append(ReportedJob("stuck@b", "error", reason="why", by_rule=True, target="b"))
    lines = [line for line in markdown(report(*jobs)).splitlines() if line.startswith("- ")]
    assert lines == [
        "- `a`: 2 jobs (`gone`, `gone`): why",
        "- `a`: `gone` (`d2/dev/8`): other",
        "- `b`: 1 job and 1 rule (`gone`, `stuck@b`): why",
    ]


def test_of_one_target_or_none_the_markdown_says_nothing_of_it() -> None:
    lone = replace(REPORT, jobs=tuple(replace(job, target="shop-eu") for job in REPORT.jobs))
    assert markdown(lone) == markdown(REPORT)


def test_where_nothing_changes_one_line_is_all() -> None:
    assert markdown(report()) == "**no job changes** in stack `dev` of `ops`\n"


def test_what_does_not_fit_is_counted() -> None:
    text = markdown(report(*many(STUCK, 1000), FAILED))
    assert size(text) <= COMMENT
    shown = text.count("unstick-push-")
    assert 300 < shown < 1000
    assert f"… and {1000 - shown} more to change, left out" in text
    assert text.startswith("**1000 jobs change, 1 error**")
    assert "- `gone` (`d2/dev/8`): no such job; remove it\n" in text
    assert markdown(report(*many(STUCK, 1000), FAILED), STEP_SUMMARY).count("unstick-push-") == 1000


def test_changes_come_before_what_is_left_alone_and_that_before_the_rest() -> None:
    jobs = (*many(STUCK, 20), *many(ALONE, 20), *many(FINE, 20))
    counted = [
        [
            markdown(report(*jobs), limit).count(f"`{name}-")
            for name in ("unstick-push", "other", "fine")
        ]
        for limit in range(400, 6000, 40)
    ]
    assert counted[0] == [0, 0, 0]
    assert counted[-1] == [20, 20, 20]
    for changes, alone, rest in counted:
        assert changes == 20 or alone == 0 or rest == 0
    assert [sum(each) for each in counted] == sorted(sum(each) for each in counted)


@given(
    st.lists(st.sampled_from([STUCK, ALONE, FAILED, FINE]), max_size=60),
    st.integers(900, 9000),
    st.integers(0, 300),
)
def test_it_never_is_larger_than_asked_for(
    jobs: list[ReportedJob], limit: int, length: int
) -> None:
    long = [replace(job, name=job.name + "é" * (length % 50), reason="ü" * length) for job in jobs]
    found = report(*long, problems=("ö" * length,))
    text, whole = markdown(found, limit), markdown(found, 10**6)
    assert size(text) <= limit
    if size(whole) <= limit - 250:  # the room for what is to be said of what is left out
        assert text == whole


def test_every_error_is_named_however_many_there_are() -> None:
    failing = [replace(job, reason="why: " + "x" * 400) for job in many(FAILED, 500)]
    text = markdown(report(*many(STUCK, 500), *failing))
    assert size(text) <= COMMENT
    assert all(f"`gone-{each:04}`" in text for each in range(500))
    assert "(405 characters)" in text


def test_one_error_that_does_not_fit_is_counted_as_one() -> None:
    failing = report(*many(replace(FAILED, reason="why: " + "x" * 400), 2))
    assert "`gone-0000`" in (text := markdown(failing, 220))
    assert text.endswith("\n\n… and 1 more that failed, left out to stay within the size limit.\n")


def test_nothing_is_left_out_where_there_is_nothing() -> None:
    text = markdown(report(*many(FAILED, 2)), 100)
    assert text.count("left out") == 1


def inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from inline(token.children or [])


def rows(text: str) -> list[list[str]]:
    """Return the text of each cell of the first table, as a reader sees it."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    found: list[list[str]] = []
    for before, token in pairwise(tokens):
        if before.type == "tr_open":
            found.append([])
        if token.type == "inline" and before.type in ("td_open", "th_open"):
            found[-1].append("".join(each.content for each in token.children or []))
    return found


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(text: str) -> None:
    hostile = ReportedJob(
        text, "update", JobKey(text, text, text), Cell(text, text), Cell(text, text), 0, 0, text
    )
    found = Report(
        text,
        text,
        (hostile, *(replace(hostile, action=each) for each in ("skipped", "error", "adopt"))),
        (text,),
        (text,),
    )
    made = markdown(found)
    assert size(made) <= COMMENT
    assert not re.search("[^\n\x20-\x7e\u00a0-\U000e0000]", made)
    [_, cells] = rows(made)
    assert len(cells) == 6
    assert cells[0].strip() == (visible(text, 120).replace("|", "\\x7c") or "(empty)").strip()
    tokens = list(inline(MarkdownIt("gfm-like", {"linkify": False}).parse(made)))
    kinds = {token.type for token in tokens}
    assert kinds.isdisjoint({"link_open", "image", "heading_open", "fence", "hr", "s_open"})
    html = [token.content.strip() for token in tokens if token.type.startswith("html")]
    assert html == ["<details><summary>1 adopted</summary>", "</details>"]
    # What GitHub makes links and mentions of stands in code only, where it makes none.
    plain = " ".join(token.content for token in tokens if token.type == "text")
    assert not re.search(r"[@#<]|://|www\.", plain)


@given(st.text(st.characters(), max_size=200))
def test_a_code_span_holds_any_text(text: str) -> None:
    made = code(text)
    [span] = MarkdownIt("commonmark").parseInline(made)[0].children or []
    assert span.type == "code_inline" or not text
    assert "|" not in made
    assert "\n" not in made
