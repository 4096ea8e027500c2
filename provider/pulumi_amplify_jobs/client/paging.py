"""Lists that come page by page, read to their end. A list without end is refused."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

from ..clock import Clock, SystemClock
from ..errors import MalformedAnswerError
from ..limits import FRUITLESS, MOST_PAGES

T = TypeVar("T")

Fetch = Callable[[str | None], tuple[Sequence[T], str | None]]
"""Returns the page that a token stands for (None: the first), and the next one's token."""

SYSTEM_CLOCK = SystemClock()


def each_page(
    fetch: Fetch[T],
    call: str,
    identity: Callable[[T], Hashable],
    clock: Clock = SYSTEM_CLOCK,
) -> Iterator[Sequence[T]]:
    """Yield each page; `identity` distinguishes the items.

    Raises MalformedAnswerError, naming the call, for a list without end: its pages come again,
    there are too many, or none has brought an item that is new for too long.
    """
    token = None
    tokens: set[str] = set()
    seen: set[Hashable] = set()
    fruitless = 0.0
    for _ in range(MOST_PAGES):
        began = clock.now()
        items, token = fetch(token)
        fruitless += clock.now() - began
        yield items
        if token is None:
            return
        if token in tokens:
            break
        tokens.add(token)
        known = len(seen)
        seen.update(map(identity, items))
        if len(seen) > known:
            fruitless = 0.0
        elif fruitless >= FRUITLESS:
            break
    raise MalformedAnswerError("the list does not end: its pages repeat", call)
