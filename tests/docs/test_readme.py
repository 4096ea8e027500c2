"""README's first screens work as they stand: in an empty folder, in their order, from git."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import revision

from .blocks import ROOT, Block, blocks
from .terminal import Terminal, environment, lines_of

README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8").splitlines()
END = TEXT.index("## Status and limits")
STORY = [block for block in blocks() if block.page == README and block.line <= END]
"""What a reader does, from `Install` on."""

PENDING = "amplify-jobs plan"
"""The one line that ends with another code than 0: changes are pending."""


def file_name(block: Block) -> str | None:
    """Return the file that the paragraph before a block names last, if it is to be written."""
    before = TEXT[: block.line - 1]
    while before and not before[-1].strip():
        before.pop()
    start = max(index for index, line in enumerate(before) if not line.strip())
    named = re.findall(r"`([\w.]+\.(?:py|yaml))`", " ".join(before[start:]))
    return named[0] if named else None


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """An empty folder, and a machine that has the packages that ours requires, but not ours."""
    for name in ("project", "memory"):
        (tmp_path / name).mkdir()
    offline = revision.without_the_package(tmp_path / "packages")
    return Terminal(
        tmp_path / "project", environment(tmp_path / "home", **offline), tmp_path / "memory"
    )


def test_the_story_runs_as_it_stands(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    source = revision.source_of_now(tmp_path / "source")
    with ExitStack() as servers:
        for block in STORY:
            if block.language != "console":
                name = file_name(block)
                assert name, f"{block.name}: no file's name before it"
                terminal.write(name, block.text)
                continue
            for line in lines_of(block):
                if line.text.startswith(f"export {revision.SOURCE}="):
                    terminal.run(f"export {revision.SOURCE}={source}")
                elif line.text.startswith("amplify-jobs emulator"):
                    servers.enter_context(terminal.running(line))
                elif line.program == "pulumi" and shutil.which("pulumi") is None:
                    continue
                else:
                    terminal.show(line, code=2 if line.text == PENDING else 0)


def test_the_story_is_all_there() -> None:
    assert [file_name(block) for block in STORY if block.language != "console"] == [
        "Pulumi.dev.yaml",
        "Pulumi.yaml",
        "__main__.py",
        "seed.yaml",
        "test_push.py",
    ]
    assert len([block for block in STORY if block.language == "console"]) == 5


def test_the_stack_file_has_ten_lines_at_most() -> None:
    first = next(block for block in STORY if block.language == "yaml")
    assert len(first.text.splitlines()) <= 10
