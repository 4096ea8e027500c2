"""Command lines of ours, read as the command reads them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from pulumi_amplify_jobs.cli import cli


def parse(words: Sequence[str]) -> None:
    """Read a command's words, from its name on. Raises click.UsageError; nothing is run."""
    context = click.Context(cli, info_name="amplify-jobs")
    name, command, rest = cli.resolve_command(context, list(words))
    assert command is not None
    with command.make_context(name, rest, parent=context):
        pass
