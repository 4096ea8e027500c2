"""The page as a reviewer uses it: filter, sort, follow a bar, with and without a mouse."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from pulumi_amplify_jobs.report.model import Report
from pulumi_amplify_jobs.report.page import COLUMNS
from pulumi_amplify_jobs.report.page import page as page_of
from tests.report.reports import FLEET, REPORT, many

from .conftest import ThePage
from .seen import count, focused, shown_jobs

CHANGES = ["push", "models", "create", "gone"]
"""The rows that are shown at first, in the page's order."""


def test_what_is_as_declared_is_hidden_until_it_is_asked_for(open_page: ThePage) -> None:
    page = open_page(REPORT)
    assert (shown_jobs(page), count(page)) == (CHANGES, "4 of 5 jobs shown")
    page.get_by_label("as declared").check()
    assert (shown_jobs(page), count(page)) == ([*CHANGES, "settled"], "5 of 5 jobs shown")


def test_actions_are_filtered(open_page: ThePage) -> None:
    page = open_page(REPORT)
    page.get_by_label("change").uncheck()
    assert shown_jobs(page) == ["create", "gone"]
    page.get_by_label("error").uncheck()
    assert (shown_jobs(page), count(page)) == (["create"], "1 of 5 jobs shown")


@pytest.mark.parametrize(
    ("words", "found"),
    {
        "push": ["push"],
        "9E2D": ["create"],
        "d1 prod": ["push", "models", "create"],
        "generatebackend": ["models"],
        "no such job": ["gone"],
        "stuck": ["push"],
        "rule": ["models"],
        "07:00:00 left": ["create"],
        "  ": CHANGES,
        "nowhere": [],
    }.items(),
)
def test_words_are_found_in_every_column(open_page: ThePage, words: str, found: list[str]) -> None:
    page = open_page(REPORT)
    page.get_by_label("Filter").fill(words)
    assert (shown_jobs(page), count(page)) == (found, f"{len(found)} of 5 jobs shown")


def test_show_all_shows_all(open_page: ThePage) -> None:
    page = open_page(REPORT)
    page.get_by_label("Filter").fill("nowhere")
    page.get_by_role("button", name="Show all").click()
    assert len(shown_jobs(page)) == 5
    expect(page.get_by_label("Filter")).to_have_value("")
    expect(page.get_by_label("as declared")).to_be_checked()


SORTED = {
    "Job": ["create", "gone", "models", "push"],
    "App / environment": ["push", "models", "create", "gone"],
    "Job ID": ["push", "create", "models", "gone"],
    "Action": ["push", "models", "gone", "create"],
    "Operation": ["create", "push", "models", "gone"],
    "Status": ["models", "create", "push", "gone"],
    "Since": ["push", "create", "models", "gone"],
    "Created": ["push", "models", "create", "gone"],
    "Why": ["gone", "create", "push", "models"],
}
DESCENDING = {
    "Job": ["push", "models", "gone", "create"],
    "App / environment": ["push", "models", "create", "gone"],
    "Job ID": ["models", "create", "push", "gone"],
    "Action": ["create", "gone", "push", "models"],
    "Operation": ["models", "push", "create", "gone"],
    "Status": ["push", "create", "models", "gone"],
    "Since": ["push", "create", "models", "gone"],
    "Created": ["push", "models", "create", "gone"],
    "Why": ["create", "gone", "push", "models"],
}
"""Rows that say nothing in the column are last either way, rows that say the same stay in order."""


@pytest.mark.parametrize("column", COLUMNS)
def test_each_column_sorts_up_down_and_back(open_page: ThePage, column: str) -> None:
    page = open_page(REPORT)
    head = page.get_by_role("columnheader", name=column, exact=True)
    button = head.get_by_role("button")
    for direction, order in (
        ("ascending", SORTED[column]),
        ("descending", DESCENDING[column]),
        ("none", CHANGES),
    ):
        button.click()
        expect(head).to_have_attribute("aria-sort", direction)
        assert shown_jobs(page) == order
        assert page.locator("[aria-sort]:not([aria-sort=none])").count() == (direction != "none")


def test_only_one_column_is_sorted_by(open_page: ThePage) -> None:
    page = open_page(REPORT)
    for column in ("Job", "Status"):
        page.get_by_role("columnheader", name=column, exact=True).get_by_role("button").click()
    sorted_by = page.locator("[aria-sort=ascending]").all_inner_texts()
    assert [each.strip() for each in sorted_by] == ["Status"]


def test_numbers_are_sorted_as_numbers_among_1000(open_page: ThePage) -> None:
    page = open_page(many(1000, 300))
    assert count(page) == "300 of 1,000 jobs shown"
    page.get_by_role("columnheader", name="Created").get_by_role("button").click()
    times = page.locator("tbody tr:visible td:nth-child(8) time").evaluate_all(
        "times => times.map(time => time.dateTime)"
    )
    assert len(times) == 300
    assert times == sorted(times)


def test_1000_jobs_are_filtered_and_sorted(open_page: ThePage) -> None:
    page = open_page(many(1000, 300))
    page.get_by_label("as declared").check()
    page.get_by_role("columnheader", name="Job", exact=True).get_by_role("button").click()
    page.get_by_label("Filter").fill("job-0042")
    assert (shown_jobs(page), count(page)) == (["job-0042"], "1 of 1,000 jobs shown")


def press_until(page: Page, target: str, key: str = "Tab") -> None:
    """Go from one thing to the next until one is reached, and see that each shows its focus."""
    for _ in range(60):
        page.keyboard.press(key)
        assert page.evaluate(SHOWS_FOCUS), focused(page)
        if focused(page) == target:
            return
    raise AssertionError(f"{target} can't be reached")


SHOWS_FOCUS = """() => {
  const focused = document.activeElement;
  const drawn = focused.type === "checkbox" ? focused.nextElementSibling : focused;
  const style = getComputedStyle(drawn);
  return focused !== document.body && style.outlineStyle !== "none" && style.outlineWidth !== "0px";
}"""


def test_everything_can_be_done_without_a_mouse(open_page: ThePage) -> None:
    page = open_page(REPORT)
    press_until(page, "Skip to the jobs")
    press_until(page, "Dark")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Dark", pressed=True)).to_be_visible()
    press_until(page, "Filter")
    page.keyboard.type("prod")
    assert shown_jobs(page) == ["push", "models", "create"]
    press_until(page, "change 2")
    page.keyboard.press("Space")
    assert shown_jobs(page) == ["create"]
    press_until(page, "Show all")
    page.keyboard.press("Enter")
    press_until(page, "Job")
    page.keyboard.press("Enter")
    assert shown_jobs(page) == ["create", "gone", "models", "push", "settled"]
    press_until(page, "Filter", "Shift+Tab")


def test_the_first_link_skips_to_the_jobs(open_page: ThePage) -> None:
    page = open_page(REPORT)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "Filter"


def test_a_bar_leads_to_its_row_also_where_the_filter_hides_it(open_page: ThePage) -> None:
    page = open_page(REPORT)
    page.get_by_label("Filter").fill("nowhere")
    for _ in range(2):
        page.locator(".chart").get_by_role("link", name="create").click()
        row = page.locator("tbody tr").filter(has_text="9e2d")
        expect(row).to_be_in_viewport()
        expect(row).to_be_focused()
        page.get_by_label("Filter").fill("nowhere")


def test_a_target_leads_to_its_jobs_and_is_sorted_and_filtered_by(open_page: ThePage) -> None:
    page = open_page(FLEET)
    page.get_by_role("list").get_by_role("link", name="pay-eu", exact=True).click()
    expect(page.locator("tbody tr").filter(has_text="pay-0")).to_be_focused()
    head = page.get_by_role("columnheader", name="Target", exact=True).get_by_role("button")
    for _ in range(2):
        head.click()
    assert shown_jobs(page)[:2] == ["stuck@shop-us", "shop-eu-push-2"]
    page.get_by_label("Filter").fill("pay-eu")
    assert (len(shown_jobs(page)), count(page)) == (5, "5 of 10 jobs shown")


def test_ages_are_of_the_moment_it_is_read(open_page: ThePage) -> None:
    page = open_page(REPORT)
    row = page.locator("tbody tr").filter(has_text="4f1c")
    assert row.locator(".age").all_inner_texts() == ["1 day ago", "1 day ago"]


def test_without_its_script_everything_is_there_and_nothing_that_does_not_work(
    open_page: ThePage,
) -> None:
    page = open_page(REPORT, script=False)
    assert shown_jobs(page) == [*CHANGES, "settled"]
    assert page.locator("button:visible, input:visible").count() == 0
    assert count(page) == "5 jobs"


def test_a_report_without_jobs_has_no_controls(open_page: ThePage) -> None:
    page = open_page(Report("dev", None, ()))
    assert page.locator("input, table").count() == 0
    page.get_by_role("button", name="Dark").click()


@contextmanager
def served(body: bytes, asked: list[str]) -> Iterator[str]:
    """Serve a page on loopback, and note every request."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/report.html"
        finally:
            server.shutdown()
            thread.join()


def test_a_server_is_asked_for_the_page_alone(browser: Browser) -> None:
    asked: list[str] = []
    with served(page_of(REPORT).encode(), asked) as url, browser.new_context() as context:
        page = context.new_page()
        page.goto(url)
        page.get_by_label("as declared").check()
        page.get_by_role("button", name="Dark").click()
        page.wait_for_load_state("networkidle")
    assert asked == ["/report.html"]
