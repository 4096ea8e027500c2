"""The film of the main job: what README shows first is a real run, small, and asks nobody."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

from reference.film import COLUMNS, FILM, film
from tests.needs import needs_engine

from .blocks import ROOT

DECLARED = "unstick-push"
LEGIBLE = ("status: FAILED", "pulumi preview", "pulumi up", '"RUNNING" => "FAILED"', "+ 2 created")


def lines_of(svg: str) -> list[str]:
    """Return the lines of all scenes as text."""
    rows: dict[tuple[int, str], str] = {}
    scenes = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}svg")
    for number, scene in enumerate(scenes):
        if number:
            for text in scene.iter("{http://www.w3.org/2000/svg}text"):
                place = (number, text.attrib["y"])
                rows[place] = rows.get(place, "") + "".join(text.itertext())
    return [row.replace("\xa0", " ").rstrip() for row in rows.values()]


def shows_the_main_job(svg: str) -> None:
    lines = lines_of(svg)
    text = "\n".join(lines)
    assert all(each in re.sub(" +", " ", text) for each in LEGIBLE), text
    assert DECLARED in text
    assert max(map(len, lines)) <= COLUMNS


def test_it_shows_the_main_job_in_80_columns() -> None:
    shows_the_main_job(FILM.read_text(encoding="utf-8"))


def test_it_is_small_and_makes_no_request() -> None:
    content = FILM.read_bytes()
    assert len(content) < 500_000
    addresses = set(re.findall(rb"https?://[^\"' )]+", content))
    assert addresses <= {b"http://www.w3.org/2000/svg"}
    assert b"prefers-reduced-motion" in content


def test_readme_begins_with_it() -> None:
    beginning = (ROOT / "README.md").read_text(encoding="utf-8")[:1500]
    assert FILM.relative_to(ROOT).as_posix() in beginning


@needs_engine
def test_it_can_be_made_anew() -> None:
    command = shutil.which("pulumi")
    assert command is not None
    shows_the_main_job(film(Path(command).parent))
