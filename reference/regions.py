"""Generated regions of hand-written pages.

A region stands between `<!-- generated: NAME -->` and `<!-- end -->`, each on a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

REGION = re.compile(
    r"(?P<begin><!-- generated: (?P<name>[^>]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL
)

Regions = Mapping[str, Callable[[], str]]
"""What makes each region's Markdown, by name."""


def filled(page: str, regions: Regions) -> str:
    """Return the page with every region made anew. Raises KeyError for one that nobody makes."""

    def made(match: re.Match[str]) -> str:
        content = regions[match["name"]]().strip("\n")
        return f"{match['begin']}\n{content}\n\n{match['end']}"

    return REGION.sub(made, page)


def names_in(page: str) -> list[str]:
    """Return the names of a page's regions, in order."""
    return [match["name"] for match in REGION.finditer(page)]
