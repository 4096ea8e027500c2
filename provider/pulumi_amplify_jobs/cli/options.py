"""Options and arguments that several commands share, and what completes them in a shell."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import partial, wraps
from pathlib import Path
from typing import Any

import click

from ..disk import (
    LARGEST_INPUT,
    MOST_INPUT_VALUES,
    UnreadableError,
    decoded,
    read_file,
    read_stream,
)
from ..domain.jobs import OPERATIONS, STATUSES
from ..domain.keys import Environment
from ..domain.name_patterns import is_pattern, name_problem
from ..domain.times import parse_duration
from ..nesting import has_more_values
from ..settings import Settings
from .errors import CommandError, is_terminal

Command = Callable[..., int]


def bundled(bundle: type, *options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Return what adds options to a command; their values reach it as one argument, a `bundle`."""
    names = [each.name for each in fields(bundle)]

    def decorate(command: Command) -> Command:
        @wraps(command)
        def run(*others: Any, **given: Any) -> int:
            values = {name: given.pop(name) for name in names if name in given}
            return command(*others, bundle(**values), **given)

        decorated: Command = run
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


@dataclass(frozen=True)
class ConnectionOptions:
    """How AWS is reached, as far as options say it."""

    region: str | None
    profile: str | None
    endpoint: str | None

    @property
    def given(self) -> dict[str, str]:
        """The options that are given, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}

    def over(self, settings: Settings) -> Settings:
        """Return the settings with what the options give. Raises ConfigError."""
        if not self.given:
            return settings
        from ..config.settings import overridden

        return overridden(settings, {f"--{name}": value for name, value in self.given.items()})


NO_OPTIONS = ConnectionOptions(None, None, None)

connection_options = bundled(
    ConnectionOptions,
    click.option("--region", metavar="REGION", help="The AWS region."),
    click.option("--profile", metavar="NAME", help="The AWS profile."),
    click.option("--endpoint", metavar="URL", help="The service's URL, for an emulator."),
)


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


statuses_option = click.option(
    "--status",
    "statuses",
    metavar="STATUS",
    multiple=True,
    shell_complete=known_values(STATUSES),
    help="Only jobs with this status; may be repeated.",
)

operations_option = click.option(
    "--operation",
    "operations",
    metavar="NAME",
    multiple=True,
    shell_complete=known_values(OPERATIONS),
    help="Only jobs with this operation; may be repeated.",
)


def duration(text: str) -> str:
    """Return the duration that an option takes. Raises click.BadParameter."""
    try:
        parse_duration(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return text


def duration_option(*spellings: str, default: str, help_text: str) -> Callable[..., Any]:
    """Return an option that takes a duration, and shows its default."""
    return click.option(
        *spellings,
        metavar="DURATION",
        type=duration,
        default=default,
        show_default=True,
        help=help_text,
    )


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


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
        content = read(LARGEST_INPUT)
        if has_more_values(content, MOST_INPUT_VALUES):
            raise UnreadableError(f"has more than {MOST_INPUT_VALUES:,} values: use a smaller one")
        return name, decoded(content)
    except UnreadableError as error:
        raise CommandError(f"{name} {error}") from None
