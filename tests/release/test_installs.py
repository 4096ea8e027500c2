"""Whatever development, CI, containers and examples install has a hash, or stands on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.locks import ROOT

FILES = (
    ROOT / "Makefile",
    *sorted(ROOT.glob("*Containerfile")),
    *sorted(ROOT.glob("examples/**/Containerfile")),
    *sorted(ROOT.glob(".github/**/*.yml")),
    *sorted(ROOT.glob("examples/*/.github/**/*.yml")),
)
INSTALLS = re.compile(
    r"\b(?:pip3?|pipx|uv|npm|yarn|apt|apt-get|go|cargo|gem)\b.*\b(?:install|add|ci)\b"
    r"|\b(?:npx|uvx|curl|wget)\b|^FROM\b"
)
HASHED = ("--require-hashes", "@sha256:")
OWN = "--no-deps --no-build-isolation"
"""The package itself, which is built from the checkout by what was installed with hashes."""

NOT_HASHED = {
    "uv pip install --quiet --python $$folder/bin/python --resolution": "`make test-matrix`",
    "npm install --ignore-scripts": "npm packages",
    "go install $$tool": "Go programs",
    "apt-get install --yes --no-install-recommends chromium": "Chromium",
    "apt-get install --yes --no-install-recommends libfaketime": "libfaketime",
    "FROM python:3.13": "`python` image",
    "pip install --quiet --requirement requirements.txt": "the examples",
    "pip install --no-cache-dir --requirement /requirements.txt": "the examples",
}
"""What has no hash here, and the words of the page that say so."""


def commands(text: str) -> Iterator[str]:
    """Yield the commands of a Makefile, a workflow or a container file, one by one."""
    text = text.replace("\\\n", " ")
    variables = dict(re.findall(r"^(\w+) [:?]?= (.*)$", text, re.MULTILINE))
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in lines:
        while found := re.search(r"\$\((\w+)\)", line):
            line = line.replace(found[0], variables.get(found[1], ""))
        for command in re.split(r"&&|\|\||[;{}()]", line):
            yield " ".join(command.split())


def installing(text: str) -> list[str]:
    """Return the commands that take something from elsewhere."""
    return [
        command
        for command in commands(text)
        if INSTALLS.search(command) and not re.match(r"@?(?:echo\b|[A-Z_]+ [:?]?=)", command)
    ]


FOUND = [(path, each) for path in FILES for each in installing(path.read_text(encoding="utf-8"))]


def on_the_page(command: str) -> str | None:
    return next((words for part, words in NOT_HASHED.items() if part in command), None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_installed_has_a_hash_or_is_on_the_page(path: Path) -> None:
    for where, command in FOUND:
        if where == path and OWN not in command:
            hashed = any(each in command for each in HASHED)
            assert hashed or on_the_page(command), command


def test_the_page_names_all_that_has_no_hash() -> None:
    page = (ROOT / "docs" / "supply-chain.md").read_text(encoding="utf-8")
    start = page.index("Not hashed here:")
    listed = " ".join(page[start : page.index("\n\n##", start)].split())
    for part, words in NOT_HASHED.items():
        assert any(part in command for _, command in FOUND), part
        assert words in listed


@pytest.mark.parametrize(
    "line",
    [
        "\tpip install thing",
        "\t@$(BIN)/python -m pip install thing",
        "TOOL := pip3 install\n\t$(TOOL) thing",
        "      - run: make && pipx install thing",
        "RUN apt-get update && apt-get install --yes thing",
        "RUN curl https://host.example/install.sh | sh",
        "FROM thing:latest",
        "\tuv tool install thing",
        "      - run: npm ci",
    ],
)
def test_other_ways_to_install_are_seen(line: str) -> None:
    found = installing(line)
    assert found
    assert not any(each in command for command in found for each in HASHED)
