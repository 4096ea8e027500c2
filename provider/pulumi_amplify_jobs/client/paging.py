"""Lists that come page by page, read to their end. A list without end is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ..errors import MalformedAnswerError

T = TypeVar("T")

MOST_PAGES = 4000
"""Pages of one list, such as 100,000 jobs of an environment: beyond them it has no end."""

Fetch = Callable[[str | None], tuple[Sequence[T], str | None]]
"""Returns the page that a token stands for (None: the first), and the next one's token."""


def each_page(fetch: Fetch[T], call: str) -> Iterator[Sequence[T]]:
    """Yield each page. Raises MalformedAnswerError, naming the call, for a list without end."""
    token = None
    seen: set[str] = set()
    for _ in range(MOST_PAGES):
        items, token = fetch(token)
        yield items
        if token is None:
            return
        if token in seen:
            break
        seen.add(token)
    raise MalformedAnswerError("the list has no end, its pages come again and again", call)
