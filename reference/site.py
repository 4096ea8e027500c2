"""The pages of the docs site: `python -m reference.site` assembles them for `make site`.

The Markdown is that of the repository, in the same folders, so that its links hold. What a page
links to beside Markdown, such as a workflow, becomes a page that shows it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pulumi_amplify_jobs
from pulumi_amplify_jobs import testing

from .pages import REPOSITORY

PAGES = Path("build", "site", "pages")
"""Where zensical.toml expects the pages, below its own folder."""
IMAGES = frozenset({".png", ".svg", ".gif"})
LINK = re.compile(
    r"(?P<fence>^ *(?P<ticks>```|~~~).*?^ *(?P=ticks) *$)"
    r"|(?<=\]\()(?!https?:|\#)(?P<link>[^)\#\s]+)(?=[)\#])",
    re.MULTILINE | re.DOTALL,
)
"""A link to a file, outside of code blocks, which are matched as a whole."""
EMULATOR = ("Emulator", "World", "Options", "Job", "App", "RecordedRequest", "FAULT_KINDS")


def assemble(folder: Path = REPOSITORY) -> None:
    """Write all pages anew below a folder, and copy the pictures."""
    pages = folder / PAGES
    shutil.rmtree(pages, ignore_errors=True)
    for page in sources():
        text, shown = _relinked(page.read_text(encoding="utf-8"), page)
        _write(pages / place_of(page), text)
        for path in shown:
            _write(pages / place_of(path), _showing(path))
    shutil.copytree(REPOSITORY / "docs" / "images", pages / "docs" / "images")
    _write(pages / "api.md", api_page())


def sources() -> Iterator[Path]:
    """Yield the repository's Markdown."""
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"):
        yield REPOSITORY / name
    yield from sorted((REPOSITORY / "docs").glob("*.md"))
    yield from sorted((REPOSITORY / "examples").rglob("README.md"))


def place_of(path: Path) -> Path:
    """Return where the site has a file of the repository, which it has as a page or a picture.

    README.md is its folder's index. A name that begins with a dot would be left out of the site.
    """
    place = Path(*(part.lstrip(".") for part in path.relative_to(REPOSITORY).parts))
    if path.name == "README.md":
        return place.with_name("index.md")
    if path.suffix == ".md" or path.suffix in IMAGES:
        return place
    return place.with_name(f"{place.name}.md")


def api_page() -> str:
    """Return the page of the Python API: what the packages export, by their docstrings."""
    packages = {
        "pulumi_amplify_jobs": pulumi_amplify_jobs.__all__,
        "pulumi_amplify_jobs.testing": testing.__all__,
        "pulumi_amplify_jobs.emulator": EMULATOR,
    }
    parts = ["# Python API\n\nWhat the package exports, from its docstrings.\n"]
    for package, names in packages.items():
        parts.append(f"## `{package}`\n")
        parts += [f"::: {package}.{name}\n" for name in names]
    return "\n".join(parts)


def _relinked(text: str, page: Path) -> tuple[str, list[Path]]:
    """Return a page's text with its links as the site has their targets.

    Returned, too, are the targets that the site has only because they are linked to.
    """
    shown: list[Path] = []

    def linked(match: re.Match[str]) -> str:
        if match["fence"]:
            return match[0]
        target = (page.parent / match["link"]).resolve()
        if (target / "README.md").exists():
            target /= "README.md"
        if target.exists() and target.suffix not in {".md", *IMAGES}:
            shown.append(target)
        return os.path.relpath(place_of(target), place_of(page).parent)

    return LINK.sub(linked, text), shown


def _showing(path: Path) -> str:
    """Return the text of a page that shows a file, or the files of a folder and those below it."""
    parts = [f"# {path.relative_to(REPOSITORY).as_posix()}\n"]
    files = [each for each in sorted(path.rglob("*")) if each.is_file()]
    for file in files or [path]:
        heading = f"## {file.relative_to(path).as_posix()}\n\n" if files else ""
        kind = {".yml": "yaml"}.get(file.suffix, file.suffix.lstrip("."))
        parts.append(f"{heading}````{kind}\n{file.read_text(encoding='utf-8')}````\n")
    return "\n".join(parts)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    assemble()
