"""The list of licenses is that of the lock and of what is installed, and each is accepted."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from release.licenses import ACCEPTED, LIST, is_accepted, license_for
from release.locks import EMULATOR, read

LISTED = json.loads(LIST.read_text(encoding="utf-8"))


def test_it_lists_what_is_locked_and_nothing_else() -> None:
    locked = [(each.name, each.version) for each in read(EMULATOR)]
    assert [(each["name"], each["version"]) for each in LISTED] == locked, "run make lock"


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: entry["name"])
def test_each_license_is_the_one_of_the_metadata_and_accepted(entry: dict[str, str]) -> None:
    assert is_accepted(entry["license"]), entry
    try:
        installed = distribution(entry["name"])
    except PackageNotFoundError:
        return  # it is for another Python
    if installed.version == entry["version"]:
        assert license_for(installed) == entry["license"], "run make lock"


@pytest.mark.parametrize(
    ("expression", "accepted"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-2-Clause", True),
        ("(MIT AND BSD-3-Clause)", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", False),
        ("Apache-2.0 WITH LLVM-exception", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_what_is_accepted(expression: str, accepted: bool) -> None:
    assert is_accepted(expression) is accepted


def test_nothing_is_accepted_that_nothing_needs() -> None:
    needed = {name for each in LISTED for name in re.split(" OR | AND ", each["license"])}
    assert needed == ACCEPTED


def test_what_debugpy_has_in_its_wheel_is_named() -> None:
    notices = distribution("debugpy").locate_file("debugpy/ThirdPartyNotices.txt")
    assert "Eclipse Public License, Version 1.0 (EPL-1.0)" in Path(str(notices)).read_text()
    [entry] = [each for each in LISTED if each["name"] == "debugpy"]
    assert entry["license"] == "MIT AND EPL-1.0"
