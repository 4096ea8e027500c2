"""CONTRIBUTING.md names what is there: files, folders and names, at least twelve changes."""

from __future__ import annotations

import re

from .blocks import ROOT
from .test_true import CODE, PACKAGE, dotted_names, resolve

PAGE = ROOT / "CONTRIBUTING.md"
PATH = re.compile(r"[\w.-]+(/[\w.-]+)*(/|\.(py|md|toml))")
CHANGES = re.findall(r"^\| (?!change|---)(.+?) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)


def test_every_path_is_there() -> None:
    paths = [match[1] for match in CODE.finditer(PAGE.read_text()) if PATH.fullmatch(match[1])]
    assert len(paths) >= 20
    made = {".venv", "dist"}
    for path in paths:
        places = (ROOT / path, ROOT / "provider" / PACKAGE / path)
        assert path.split("/")[0] in made or any(place.exists() for place in places), path


def test_every_name_is_there() -> None:
    names = list(dotted_names(PAGE))
    assert len(names) >= 10
    for name in names:
        resolve(name)


def test_twelve_changes_have_their_place() -> None:
    assert len(CHANGES) >= 12
    for change, places in CHANGES:
        assert CODE.search(places), change
