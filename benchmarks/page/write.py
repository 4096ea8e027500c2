"""Write the page and its pictures: `python -m benchmarks.page.write` does so without measuring."""

from __future__ import annotations

from ..columns.folders import ROOT
from ..results import Results
from .markdown import page
from .pictures import pictures

DOCS = ROOT / "docs"
DOCUMENT = DOCS / "benchmarks.json"
PAGE = DOCS / "benchmarks.md"
IMAGES = DOCS / "images"


def write_page(results: Results) -> None:
    """Write docs/benchmarks.md and its pictures."""
    from .drawing import drawn

    PAGE.write_text(page(results), encoding="utf-8")
    for picture in pictures(results):
        (IMAGES / picture.file).write_text(drawn(picture), encoding="utf-8")


def read_document() -> Results:
    """Return what docs/benchmarks.json holds."""
    return Results.from_json(DOCUMENT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    write_page(read_document())
