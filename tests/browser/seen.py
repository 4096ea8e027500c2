"""What a reader of the page sees."""

from __future__ import annotations

from playwright.sync_api import Page


def shown_jobs(page: Page) -> list[str]:
    """Return the names of the jobs whose rows are shown, in their order."""
    return page.locator("tbody tr:visible th bdi").all_inner_texts()


def count(page: Page) -> str:
    """Return what the live region says."""
    return page.get_by_role("status").inner_text()


def focused(page: Page) -> str:
    """Return the text of what has the focus, or its ID."""
    told = page.evaluate(
        "document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText"
        " || document.activeElement.id"
    )
    return " ".join(str(told).split())


def ground(page: Page) -> str:
    """Return the colour behind everything."""
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
