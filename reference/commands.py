"""The commands as Markdown: from click's own tree, whatever commands and options there are."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from textwrap import dedent

import click

from pulumi_amplify_jobs.cli import cli

from .markdown import code, fenced, plain, table

PROGRAM = "amplify-jobs"

Found = tuple[click.Command, click.Context]


def command_reference() -> str:
    """Return a section for each command, in the order of its name."""
    return "\n\n".join(_section(command, context) for command, context in all_commands())


def all_commands() -> Iterator[Found]:
    """Yield every command that can be run, with its context; groups are only passed through."""
    yield from _below(cli, click.Context(cli, info_name=PROGRAM, **cli.context_settings))


def _below(command: click.Command, context: click.Context) -> Iterator[Found]:
    if not isinstance(command, click.Group):
        yield command, context
        return
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        if below is not None and not below.hidden:
            settings = below.context_settings
            yield from _below(
                below, click.Context(below, parent=context, info_name=name, **settings)
            )


def _section(command: click.Command, context: click.Context) -> str:
    usage = " ".join(command.collect_usage_pieces(context))
    parts = [
        f"### `{context.command_path}`",
        fenced("text", f"{context.command_path} {usage}"),
        *_paragraphs(command.help or ""),
        _options(command, context),
        _epilog(command),
    ]
    return "\n\n".join(part for part in parts if part)


def _paragraphs(help_text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text; what click is told not to wrap stays as it is."""
    for paragraph in inspect.cleandoc(help_text).split("\n\n"):
        if paragraph.startswith("\b\n"):
            yield fenced("text", dedent(paragraph.removeprefix("\b\n")))
        else:
            yield plain(paragraph)


def _options(command: click.Command, context: click.Context) -> str:
    """Return the table of the options, in the words of `--help`, which every command has."""
    records = [parameter.get_help_record(context) for parameter in command.params]
    rows = [(code(spelled), plain(meaning)) for spelled, meaning in filter(None, records)]
    return table(("option", "meaning"), [row for row in rows if row[1]])


def _epilog(command: click.Command) -> str:
    return fenced("text", inspect.cleandoc(command.epilog)) if command.epilog else ""


def exit_codes() -> str:
    """Return what `--help` says below the list of commands."""
    return _epilog(cli)
