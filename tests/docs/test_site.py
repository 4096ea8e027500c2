"""The docs as a site: built strictly, whole, and asking nobody else for anything."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reference import site

from .blocks import PAGES, ROOT

ZENSICAL = Path(sys.executable).with_name("zensical")
FETCHED = re.compile(r"<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)=\"(https?:)?//[^\"]+\"")

pytestmark = pytest.mark.skipif(
    not ZENSICAL.exists(), reason="no zensical, which is for Python 3.11 and newer"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the assembled pages and the site's config."""
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    (tmp_path / "provider").symlink_to(ROOT / "provider")
    site.assemble(tmp_path)
    return tmp_path


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ZENSICAL), "build", "--strict"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_it_has_every_page_and_no_request_leaves_it(folder: Path) -> None:
    run = build(folder)
    assert run.returncode == 0, run.stdout + run.stderr
    html = folder / "build" / "site" / "html"
    for page in PAGES:
        assert (html / site.place_of(page)).with_suffix(".html").exists(), page
    for built in html.rglob("*.html"):
        text = built.read_text(encoding="utf-8").replace('rel="canonical"', "")
        assert not FETCHED.findall(text), built
    assert "from_config" in (html / "api.html").read_text(encoding="utf-8")
    assert "no-stuck-pushes" in (html / "search.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("link", ["nowhere.md", "config.md#nowhere"])
def test_a_broken_link_fails_the_build(folder: Path, link: str) -> None:
    page = folder / site.PAGES / "docs" / "rules.md"
    page.write_text(f"{page.read_text(encoding='utf-8')}\n[broken]({link})\n", encoding="utf-8")
    assert build(folder).returncode != 0


def test_each_page_of_the_docs_is_in_the_navigation() -> None:
    text = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    assert pages <= set(re.findall(r'= "(docs/[^"]+)"', text))
