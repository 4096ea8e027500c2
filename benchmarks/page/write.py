"""Write pages and pictures: `python -m benchmarks.page.write` does so without measuring."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from ..columns.folders import ROOT
from ..results import Results
from ..sections.all import BENCHMARKS, SCALE
from .markdown import page
from .pictures import Picture, pictures
from .scale import scale_page

DOCS = ROOT / "docs"
IMAGES = DOCS / "images"


@dataclass(frozen=True)
class Page:
    """A page of the docs that is made of the document beside it."""

    name: str
    sections: Collection[str]
    """What has to be measured for it."""
    text: Callable[[Results], str]
    pictures: Callable[[Results], list[Picture]] = lambda _results: []

    @property
    def file(self) -> Path:
        """The page itself."""
        return DOCS / f"{self.name}.md"

    @property
    def document(self) -> Path:
        """What was measured."""
        return DOCS / f"{self.name}.json"

    def read(self) -> Results:
        """Return what the document holds."""
        return Results.from_json(self.document.read_text(encoding="utf-8"))

    def write(self) -> None:
        """Write the page and its pictures, of the document's own figures: they are rounded."""
        results = self.read()
        self.file.write_text(self.text(results), encoding="utf-8")
        drawings = self.pictures(results)
        if drawings:
            from .drawing import drawn

            for picture in drawings:
                (IMAGES / picture.file).write_text(drawn(picture), encoding="utf-8")


PAGES = (
    Page("benchmarks", BENCHMARKS, page, pictures),
    Page("scale", SCALE, scale_page),
)


if __name__ == "__main__":
    for each in PAGES:
        each.write()
