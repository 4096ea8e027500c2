"""Every `amplify-jobs` command of a workflow parses: the command and its options are there."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.command_lines import parse

from .workflows import WORKFLOWS, jobs_of, load, name_of

OPERATORS = {"|", "||", "&", "&&", ";", ";;", "(", ")", "<", ">", ">>"}
REDIRECTIONS = {"<", ">", ">>"}


def commands(script: str) -> Iterator[list[str]]:
    """Yield the simple commands of a script as words, without where their streams lead."""
    for line in script.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words: list[str] = []
        to_a_file = False
        for word in lexer:
            if to_a_file:
                to_a_file = False
            elif word in REDIRECTIONS:
                to_a_file = True
            elif word in OPERATORS:
                yield words
                words = []
            else:
                words.append(word)
        yield words


def ours(path: Path) -> Iterator[list[str]]:
    for _, job in jobs_of(path):
        for step in job["steps"]:
            values = {**load(path).get("env", {}), **job.get("env", {}), **step.get("env", {})}
            for words in commands(step.get("run", "")):
                if "amplify-jobs" in words[:1]:
                    yield [_filled(values.get(word[1:], word)) for word in words[1:]]


def _filled(value: str) -> str:
    return "1/4" if value == "${{ matrix.shard }}" else value


FOUND = [(path, words) for path in WORKFLOWS for words in ours(path)]


@pytest.mark.parametrize(
    "words",
    [pytest.param(words, id=f"{name_of(path)}: {' '.join(words)}") for path, words in FOUND],
)
def test_it_parses(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for word in words:
        if word.endswith((".json", ".txt")):  # what earlier steps have written
            Path(word).touch()
    parse(words)


def test_an_option_that_does_not_exist_would_fail() -> None:
    [words] = commands("amplify-jobs plan --rules-onyl > plan.json")
    with pytest.raises(click.NoSuchOption):
        parse(words[1:])


def test_each_part_of_a_line_is_a_command() -> None:
    script = 'a --x "$Y" > f.json || code=$?\nb | tee f \\\n  --z; [ "$?" -eq 2 ]'
    assert [words for words in commands(script) if words] == [
        ["a", "--x", "$Y"],
        ["code=$?"],
        ["b"],
        ["tee", "f", "--z"],
        ["[", "$?", "-eq", "2", "]"],
    ]


def test_the_commands_are_found() -> None:
    assert {words[0] for _, words in FOUND} == {
        "validate",
        "targets",
        "plan",
        "apply",
        "report",
        "comment",
    }
