"""Lists that end, and those that never would."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pulumi_amplify_jobs.client.paging import each_page
from pulumi_amplify_jobs.errors import MalformedAnswerError
from pulumi_amplify_jobs.limits import MOST_PAGES
from tests.fake_clock import FakeClock

Page = tuple[Sequence[str], str | None]


class Pages:
    """Pages by number, each of which takes so many seconds."""

    def __init__(self, page: Callable[[int], Page], seconds: float = 0.25) -> None:
        self.clock = FakeClock()
        self.read = 0
        self._page = page
        self._seconds = seconds

    def fetch(self, _token: str | None) -> Page:
        self.clock.sleep(self._seconds)
        self.read += 1
        return self._page(self.read)

    def items(self) -> list[str]:
        pages = each_page(self.fetch, "ListThings", str, self.clock)
        return [item for page in pages for item in page]


def fresh(number: int) -> str:
    """A token that is new on each page."""
    return f"t{number}"


@pytest.mark.parametrize("items", [[], ["a", "b"]], ids=["empty", "the same"])
def test_pages_that_bring_nothing_new_end_after_two_minutes(items: list[str]) -> None:
    pages = Pages(lambda number: (items, fresh(number)))
    with pytest.raises(MalformedAnswerError, match=r"^ListThings: the list does not end"):
        pages.items()
    assert pages.clock.passed == pytest.approx(120, abs=1)


def test_two_kinds_of_pages_in_turns_bring_nothing_new_either() -> None:
    pages = Pages(lambda number: ([f"i{number % 7}"], fresh(number)))
    with pytest.raises(MalformedAnswerError):
        pages.items()
    assert pages.clock.passed < 130


def test_what_a_list_may_take_grows_with_what_it_brings() -> None:
    """A filter that few jobs pass may leave pages empty, and throttling makes all of them slow."""
    pages = Pages(
        lambda number: (
            [f"i{number}"] if number % 10 == 0 else [],
            fresh(number) if number < 100 else None,
        ),
        seconds=10,
    )
    assert len(pages.items()) == 10
    assert pages.clock.passed == 1000


def test_what_is_done_with_a_page_is_not_the_list_s_time() -> None:
    pages = Pages(lambda number: ([], fresh(number) if number < 9 else None))
    for _ in each_page(pages.fetch, "ListThings", str, pages.clock):
        pages.clock.sleep(100)
    assert pages.read == 9


def test_news_without_end_ends_too() -> None:
    pages = Pages(lambda number: ([f"i{number}"], fresh(number)))
    with pytest.raises(MalformedAnswerError):
        pages.items()
    assert pages.read == MOST_PAGES
