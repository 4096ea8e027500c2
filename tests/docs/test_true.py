"""What the pages say of the code is so: generated parts, names, links, the picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from importlib import import_module
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from reference.pages import expected_files
from reference.picture import PICTURE, screen

from .blocks import DOCS, PAGES, ROOT, hand_written

PACKAGE = "pulumi_amplify_jobs"
CODE = re.compile(r"`([^`\n]+)`")
DOTTED = re.compile(r"[a-z_]+(\.\w+)+")


@pytest.mark.parametrize(
    "path", expected_files(), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_what_is_generated_is_as_it_would_be_now(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == expected_files()[path], "run make docs"


def test_the_picture_shows_what_a_run_shows_now() -> None:
    drawn = re.findall(r"<text [^>]*>(.*?)</text>", PICTURE.read_text(encoding="utf-8"))
    words = "".join(unescape(piece).replace("\xa0", " ") for piece in drawn).split()
    run = " ".join(line.plain for line in screen()).split()
    assert "".join(words) == "".join(run), "run make docs"


def test_the_picture_makes_no_request() -> None:
    text = PICTURE.read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert "@import" not in text


def names_of_our_modules() -> set[str]:
    folder = ROOT / "provider" / PACKAGE
    return {path.stem for path in folder.iterdir() if not path.stem.startswith("_")}


def dotted_names(page: Path) -> Iterator[str]:
    """Yield what looks like the name of something in the package."""
    modules = names_of_our_modules()
    for match in CODE.finditer(hand_written(page)):
        name = match[1].removeprefix(f"{PACKAGE}.")
        if DOTTED.fullmatch(name) and name.split(".")[0] in modules and not name.endswith(".py"):
            yield name


def resolve(name: str) -> object:
    """Return what a dotted name below the package stands for."""
    parts = name.split(".")
    found: object = import_module(PACKAGE)
    for index, part in enumerate(parts):
        if not hasattr(found, part):
            import_module(".".join((PACKAGE, *parts[: index + 1])))
        found = getattr(found, part)
    return found


def test_how_it_works_names_what_is_there() -> None:
    names = list(dotted_names(DOCS / "how-it-works.md"))
    assert len(names) >= 25
    for name in names:
        resolve(name)


def test_files_that_the_pages_name_are_there() -> None:
    for page in PAGES:
        for match in CODE.finditer(hand_written(page)):
            if re.fullmatch(r"(tests|dynamic|config|client|cli|examples)/[\w/.-]+\.\w+", match[1]):
                places = (ROOT / match[1], ROOT / "provider" / PACKAGE / match[1])
                assert any(place.exists() for place in places), (page.name, match[1])


def links(page: Path) -> Iterator[str]:
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        for child in token.children or ():
            target = child.attrGet("href") or child.attrGet("src")
            if target:
                yield str(target)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if link.startswith("https://"):
            continue
        target, _, anchor = link.partition("#")
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), link
        assert not anchor or anchor in anchors(there), link
