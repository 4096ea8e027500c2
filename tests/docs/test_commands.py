"""Every command line of the pages can be typed: commands, options and files are there."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from pulumi_amplify_jobs.cli import cli

from .blocks import ROOT, Block, blocks

MAKE_TARGETS = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

OTHERS = {
    "cd",
    "curl",
    "docker",
    "export",
    "mkdir",
    "pip",
    "pulumi",
    "pytest",
    "python",
    "python3",
}
"""Programs of others that the pages call."""


def command_lines(block: Block) -> list[list[str]]:
    """Return the commands of a block, as words; `&&` parts two, `#` begins a comment."""
    text = block.text.replace("\\\n", " ")
    lines = [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]
    parts = [part for line in lines for part in line.split(" && ")]
    return [words for part in parts if (words := shlex.split(part, comments=True))]


CONSOLE = blocks("console")
COMMANDS = [(block, words) for block in CONSOLE for words in command_lines(block)]
OURS = [pair for pair in COMMANDS if pair[1][0] == "amplify-jobs"]


@pytest.mark.parametrize(("block", "words"), OURS, ids=lambda value: getattr(value, "name", ""))
def test_our_commands_take_these_arguments(block: Block, words: list[str]) -> None:
    context = click.Context(cli, info_name="amplify-jobs")
    name, command, rest = cli.resolve_command(context, words[1:])
    assert command is not None, words
    # Parsing is all: a file that a page only speaks of need not be there.
    with command.make_context(name, _without_files(rest), parent=context, resilient_parsing=False):
        pass


def _without_files(words: list[str]) -> list[str]:
    """Return arguments with a file that exists in place of those that readers are to write."""
    there = str(ROOT / "examples" / "single-job" / "emulator.yaml")
    return [there if word.endswith(".yaml") else word for word in words]


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: block.name)
def test_other_commands_are_known(block: Block) -> None:
    for words in command_lines(block):
        if words[0] == "make":
            assert {word for word in words[1:] if "=" not in word} <= MAKE_TARGETS, words
        elif words[0] == "source":
            assert words[1] == ".venv/bin/activate"
        else:
            assert words[0] in {*OTHERS, "amplify-jobs"}, words


def test_there_are_command_lines() -> None:
    assert len(OURS) >= 10
