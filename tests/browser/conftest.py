"""Pages of reports, opened in Chromium and watched: nothing is asked for, nothing goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pulumi_amplify_jobs.report.model import Report
from pulumi_amplify_jobs.report.page import page as page_of
from reference.chromium import find_chromium, started
from tests.report.reports import UPDATED
from tests.waiting import DEADLINE

CHROMIUM = find_chromium()
WIDE = (1280, 900)
ThePage = Callable[..., Page]
expect.set_options(timeout=DEADLINE * 1000)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all of these tests; it ends before others run, whose loops it would bar."""
    if CHROMIUM is None:
        pytest.skip("no Chromium, install it or run make test where apt-get can")
    with started(CHROMIUM) as browser:
        yield browser


@dataclass
class Watch:
    """What pages did that they should not."""

    asked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Watch a page."""
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.wrong.append(message.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("dialog", lambda dialog: self.wrong.append(f"dialog: {dialog.message}"))
        page.on("popup", lambda popup: self.wrong.append(f"window: {popup.url}"))


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[ThePage]:
    """Opens the page of a report, a day after the report's last moment.

    At the end nothing but the page itself was asked for, and the console is empty.
    """
    watch = Watch()
    opened: list[str] = []

    def opens(
        report: Report,
        size: tuple[int, int] = WIDE,
        scheme: str = "light",
        script: bool = True,
    ) -> Page:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
        )
        context.set_default_timeout(DEADLINE * 1000)
        page = context.new_page()
        page.clock.set_fixed_time(UPDATED + 86400)
        watch.over(page)
        file = tmp_path / "report.html"
        file.write_text(page_of(report), encoding="utf-8")
        opened.append(file.as_uri())
        page.goto(file.as_uri())
        return page

    yield opens
    for context in browser.contexts:
        context.close()
    assert watch.wrong == []
    assert watch.asked == opened
