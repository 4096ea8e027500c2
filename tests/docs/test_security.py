"""docs/security.md: each surface says what is done, what is not, and which tests show it."""

from __future__ import annotations

import re

import pytest

from .blocks import DOCS, ROOT

PAGE = (DOCS / "security.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
SURFACES = [name for name in SECTIONS if name != "IAM policies"]
PARTS = ("What one could do with", "What is done", "Shown by", "Not mitigated")


def shown_by(section: str) -> list[str]:
    """Return the files behind `Shown by`."""
    shown = re.search(r"^\*\*Shown by:\*\* (.+?)\n\n", section, re.MULTILINE | re.DOTALL)
    return re.findall(r"`(tests/[\w/]+\.py)`", shown[1]) if shown else []


def test_the_page_has_what_can_be_written() -> None:
    assert SURFACES == [
        "The stack file",
        "An included file",
        "The state",
        "The pull request",
        "A job's fields",
        "The service's answers",
        "GitHub's answers",
        "A preview handed to a report",
        "Ports on this machine",
        "The emulator's port",
        "The environment and the AWS profile",
    ]


@pytest.mark.parametrize("name", SURFACES)
def test_each_says_what_could_be_done_what_is_and_what_is_not(name: str) -> None:
    found = [part for part in PARTS if re.search(rf"^\*\*{part}\b", SECTIONS[name], re.MULTILINE)]
    assert tuple(found) == PARTS


@pytest.mark.parametrize("name", SECTIONS)
def test_each_names_tests_that_are_there(name: str) -> None:
    files = shown_by(SECTIONS[name])
    assert files
    for file in files:
        assert "def test_" in (ROOT / file).read_text(encoding="utf-8"), file


def test_the_policy_sends_reports_to_github_alone() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "private vulnerability reporting" in " ".join(text.split())
    assert "@" not in text
