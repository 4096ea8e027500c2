"""Options and arguments that several commands share, and what completes them in a shell."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from ..disk import LARGEST_INPUT, UnreadableError, read_file, read_stream
from ..domain.keys import Environment
from ..domain.name_patterns import is_pattern, name_problem
from .errors import CommandError, is_terminal

CommandT = TypeVar("CommandT", bound=Callable[..., object])


def connection_options(command: CommandT) -> CommandT:
    """Add `region`, `profile` and `endpoint`."""
    options = (
        click.option("--region", metavar="REGION", help="The AWS region."),
        click.option("--profile", metavar="NAME", help="The AWS profile."),
        click.option("--endpoint", metavar="URL", help="The service's URL, for an emulator."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def environment(text: str) -> Environment:
    """Return the environment that an argument names. Raises click.BadParameter."""
    try:
        found = Environment.parse(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} {error}") from None
    for what, part in (("app ID", found.app_id), ("environment", found.name)):
        problem = name_problem(part)
        if problem is None and is_pattern(part):
            problem = "is a pattern: name one environment (rules and discover take patterns)"
        if problem:
            raise click.BadParameter(f"{text!r}: the {what} {problem}")
    return found


Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def known_values(known: Sequence[str]) -> Completer:
    """Offer known values, whatever case is begun with; others may be written all the same."""

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
        return [value for value in known if value.lower().startswith(incomplete.lower())]

    return complete


def stacks_of_project(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Offer the stacks of the project around `--cwd`."""
    from ..config import find_project, stack_names
    from ..errors import ConfigError

    try:
        names = stack_names(find_project(Path(context.params.get("cwd") or ".")))
    except (ConfigError, OSError):
        return []
    return [name for name in names if name.startswith(incomplete)]


STDIN = Path("-")

preview_argument = click.argument(
    "preview", required=False, type=click.Path(dir_okay=False, allow_dash=True, path_type=Path)
)
"""The argument PREVIEW: what `text_of` takes."""


def text_of(preview: Path | None) -> tuple[str, str]:
    """Return what messages call a preview, and its text. Raises CommandError."""
    if preview is None or preview == STDIN:
        if is_terminal(sys.stdin):
            raise CommandError(
                "no preview: name a file, or pipe pulumi preview --json into this command"
            )
        name, read = "standard input", partial(read_stream, sys.stdin.buffer)
    else:
        name, read = str(preview), partial(read_file, preview)
    try:
        return name, _decoded(read(LARGEST_INPUT), name)
    except UnreadableError as error:
        raise CommandError(f"{name} {error}") from None


def _decoded(content: bytes, name: str) -> str:
    """Return text in UTF-8, or UTF-16 with its mark, as Windows PowerShell pipes it."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} is not UTF-8 text (byte {error.start})") from None
