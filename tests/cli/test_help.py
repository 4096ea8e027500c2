"""The help: complete and readable."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner

from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.cli.entry_point import SECTIONS
from pulumi_amplify_jobs.cli.output import VERSION

COMMANDS = [name for section in SECTIONS.values() for name in section]


def test_no_command_shows_the_help_and_is_an_error() -> None:
    result = CliRunner().invoke(cli, [])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == CliRunner().invoke(cli, ["--help"]).stdout


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_help_has_sections(option: str) -> None:
    result = CliRunner().invoke(cli, [option])
    headings = [line for line in result.stdout.splitlines() if line[:1].strip()]
    assert result.exit_code == 0
    assert headings[1:] == [
        "Options:",
        *(f"{heading}:" for heading in SECTIONS),
        "Examples:",
        "Exit codes:",
        "Environment:",
    ]
    assert "2  changes are pending" in result.stdout


def test_the_exit_codes_name_every_command_that_ends_with_2() -> None:
    told = CliRunner().invoke(cli, ["--help"]).stdout
    [named] = [line for line in told.splitlines() if line.startswith("  2  ")]
    for name in COMMANDS:
        own = " ".join(CliRunner().invoke(cli, [name, "--help"]).stdout.split())
        assert (name in named) == (" 2 changes are" in own or " 2 timed" in own or "with 2" in own)


@pytest.mark.parametrize("name", ["try", "discover"])
def test_no_stack_is_the_default_of_what_reads_none(name: str) -> None:
    told = CliRunner().invoke(cli, [name, "--help"]).stdout
    assert "The stack whose settings apply; by default, none." in " ".join(told.split())


@pytest.mark.parametrize("columns", ["80", "200"])
@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_the_help_is_no_wider_than_a_terminal_of_80_columns(
    name: str | None, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    arguments = ["--help"] if name is None else [name, "--help"]
    result = CliRunner().invoke(cli, arguments, prog_name="amplify-jobs")
    assert [line for line in result.stdout.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_how_it_is_used(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"], prog_name="amplify-jobs")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: amplify-jobs {name} ")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    context = click.Context(cli)
    command = cli.get_command(context, name)
    assert command is not None
    options = [each for each in command.get_params(context) if isinstance(each, click.Option)]
    assert [each.opts for each in options if not each.help] == []


def test_json_documents_are_of_the_version_that_the_help_says() -> None:
    said = re.compile(r"^  version +(\d+)$", re.MULTILINE)
    helps = [CliRunner().invoke(cli, [name, "--help"]).stdout for name in COMMANDS]
    versions = [found[1] for text in helps for found in said.finditer(text)]
    assert versions == [str(VERSION)] * 3
