"""The page as it is seen: light and dark, narrow, printed, by assistive technology, and hostile."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.report.model import Cell, Report, ReportedJob
from tests.report.hostile import HOSTILE
from tests.report.reports import CREATED, FLEET, REPORT, UPDATED

from .conftest import WIDE, ThePage
from .seen import ground, overflow, shown_jobs

NARROW = (320, 700)
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

LIGHT, DARK = "rgb(245, 246, 248)", "rgb(15, 20, 27)"


def hostile_job(text: str) -> ReportedJob:
    return ReportedJob(
        name=text,
        action="update",
        key=JobKey(text, "prod", text),
        operation=Cell(text, f"{text}!"),
        status=Cell("RUNNING", text),
        created=CREATED,
        updated=UPDATED,
        reason=text,
    )


def in_targets(report: Report) -> Report:
    """Return the report with each job in a target that is called as the job."""
    return replace(report, jobs=tuple(replace(job, target=job.name) for job in report.jobs))


WICKED = Report(
    "dev<script>alert(1)</script>",
    "\u202eshop",
    tuple(hostile_job(text) for text in HOSTILE),
    problems=HOSTILE,
    warnings=HOSTILE,
)


def violations(page: Page) -> list[Any]:
    """Return what axe finds wrong, and where."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    assert found["passes"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("report", [REPORT, FLEET], ids=["plain", "targets"])
def test_axe_finds_nothing(
    open_page: ThePage, report: Report, size: tuple[int, int], scheme: str
) -> None:
    page = open_page(report, size, scheme)
    page.get_by_label("as declared").check()
    assert violations(page) == []


def test_axe_finds_nothing_where_there_are_no_jobs(open_page: ThePage) -> None:
    assert violations(open_page(Report(None, None, ()))) == []


def test_axe_finds_nothing_in_hostile_texts(open_page: ThePage) -> None:
    some = Report("", "", WICKED.jobs[::8], HOSTILE[::16], HOSTILE[::16])
    assert violations(open_page(some)) == []


@pytest.mark.parametrize(("scheme", "colour"), [("light", LIGHT), ("dark", DARK)])
def test_the_system_decides_on_light_or_dark(open_page: ThePage, scheme: str, colour: str) -> None:
    page = open_page(REPORT, scheme=scheme)
    assert ground(page) == colour
    button = page.get_by_role("button", name="Dark", pressed=scheme == "dark")
    expect(button).to_be_visible()


@pytest.mark.parametrize(("scheme", "colours"), [("light", [DARK, LIGHT]), ("dark", [LIGHT, DARK])])
def test_the_button_decides_otherwise(open_page: ThePage, scheme: str, colours: list[str]) -> None:
    page = open_page(REPORT, scheme=scheme)
    button = page.get_by_role("button", name="Dark")
    for colour in colours:
        button.click()
        assert ground(page) == colour
        expect(button).to_have_attribute("aria-pressed", str(colour == DARK).lower())


def test_a_stuck_job_is_marked_by_more_than_its_colour(open_page: ThePage) -> None:
    page = open_page(REPORT)
    stuck = page.locator(".bar.stuck .span").last
    assert stuck.evaluate("bar => getComputedStyle(bar).fill") == 'url("#stripes")'
    expect(page.locator(".chart .tag", has_text="stuck")).to_be_visible()


def test_bars_stand_where_their_times_are(open_page: ThePage) -> None:
    page = open_page(REPORT)
    axis, bar = page.locator(".axis").bounding_box(), page.locator(".lane .span").first
    box = bar.bounding_box()
    assert axis
    assert box
    assert box["x"] == pytest.approx(axis["x"], abs=1)
    assert box["width"] == pytest.approx(axis["width"], abs=2)


@pytest.mark.parametrize(
    "report",
    [REPORT, WICKED, FLEET, in_targets(WICKED)],
    ids=["plain", "hostile", "targets", "hostile targets"],
)
@pytest.mark.parametrize("size", [WIDE, (800, 600), NARROW], ids=["wide", "middle", "narrow"])
def test_nothing_is_wider_than_the_window(
    open_page: ThePage, report: Report, size: tuple[int, int]
) -> None:
    page = open_page(report, size)
    assert overflow(page) == 0
    outside = page.locator("main bdi, th, td, .tag").evaluate_all(
        "all => all.filter(each => each.getClientRects().length && !each.closest('.label') &&"
        " (each.getBoundingClientRect().right > innerWidth || each.getBoundingClientRect().x < 0))"
        ".map(each => each.outerHTML.slice(0, 200))"
    )
    assert outside == []


def test_a_narrow_table_is_still_a_table_with_named_lines(open_page: ThePage) -> None:
    page = open_page(REPORT, NARROW)
    row = page.get_by_role("table").get_by_role("row").filter(has_text="4f1c")
    assert row.get_by_role("cell").count() == 7  # it has no reason
    label = "cell => getComputedStyle(cell, '::before').content"
    assert "Job ID" in row.get_by_role("cell").nth(1).evaluate(label)
    page.get_by_role("columnheader", name="Job", exact=True).get_by_role("button").click()
    assert shown_jobs(page)[0] == "create"


def test_on_paper_there_is_the_table_and_no_control(open_page: ThePage) -> None:
    page = open_page(REPORT, scheme="dark")
    page.emulate_media(media="print")
    assert page.locator("#controls:visible, header button:visible").count() == 0
    assert page.locator("table").evaluate("each => getComputedStyle(each).display") == "table"
    assert page.locator("h1").evaluate("each => getComputedStyle(each).color") == "rgb(27, 35, 48)"


def test_hostile_texts_run_nothing_and_move_nothing(open_page: ThePage) -> None:
    page = open_page(WICKED)
    assert page.evaluate("window.ran") is None
    assert page.title().startswith("dev<script>alert(1)</script>: ")
    assert page.locator("script, iframe, object, img, form, style").count() == 3
    assert page.locator("tbody tr").count() == len(HOSTILE)
    ends = page.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => row.getBoundingClientRect()).flatMap(box => [box.top, box.bottom])"
    )
    assert ends == sorted(ends)
    assert max(end - begin for begin, end in zip(ends[::2], ends[1::2], strict=True)) < 1100
    page.get_by_label("Filter").fill("<script>")
    assert len(shown_jobs(page)) > 10


def test_a_text_of_another_direction_keeps_to_its_place(open_page: ThePage) -> None:
    name, app = "שלום", "مرحبا"
    job = ReportedJob(name, "update", JobKey(app, "prod", "4f1c"), status=Cell("A", "שלום"))
    page = open_page(Report("dev", None, (job,)))
    places = page.locator("tbody td:nth-child(2) bdi, tbody td:nth-child(2) .slash").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().x)"
    )
    assert len(places) == 3
    assert places == sorted(places)
    places = page.locator("tbody td:nth-child(6) bdi, tbody td:nth-child(6) .to").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().x)"
    )
    assert places == sorted(places)
