"""How a command fails: one line for each thing that is wrong, and exit code 1."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

import click

from ..errors import (
    AmplifyJobsError,
    ConfigError,
    InterruptedRunError,
    debugging,
    internal_error,
    one_line,
    traceback_of,
)
from ..redaction import redacted

DONE = 0
FAILED = 1
PENDING = 2
"""Changes are pending; `apply` never ends so."""

LONGEST_LINE = 4000
"""Characters of one line on stderr; the parts from outside were shortened before."""


class CommandError(AmplifyJobsError):
    """The command can't do what was asked; the message is one line."""


def print_failure(error: BaseException) -> None:
    """Write why a command failed to stderr, or its traceback where that is asked for."""
    with suppress(OSError):  # nobody is there to take it
        if debugging() and not isinstance(error, click.ClickException | click.Abort):
            click.echo(traceback_of(error), nl=False, err=True)
            return
        for line in lines_of(error):
            notify("error", line)


def lines_of(error: BaseException) -> list[str]:
    """Return what the user reads of an error; what we did not foresee is called by its name."""
    if isinstance(error, ConfigError):
        return list(error.problems)
    if isinstance(error, AmplifyJobsError):
        return [str(error)]
    if isinstance(error, click.Abort):
        return ["interrupted; nothing was written"]
    if isinstance(error, click.UsageError):
        hint = f"; see {error.ctx.command_path} --help" if error.ctx else ""
        return [error.format_message().rstrip(".") + hint]
    if isinstance(error, click.ClickException):
        return [error.format_message()]
    if isinstance(error, OSError) and error.strerror:
        # Such as a full disk under stdout.
        return [f"{error.filename}: {error.strerror}" if error.filename else error.strerror]
    return [internal_error(error)]


def said(error: Exception) -> str:
    """Return the whole of an error as one text."""
    return "; ".join(lines_of(error))


@contextmanager
def interrupted_as(words: Callable[[], str | None]) -> Iterator[None]:
    """Have an interrupt say these words; without words, it says that nothing was written."""
    try:
        yield
    except KeyboardInterrupt:
        line = words()
        if line is None:
            raise
        raise InterruptedRunError(line) from None


def notify(kind: str, line: str) -> None:
    """Write one line such as `error: …` to stderr."""
    click.echo(labelled(kind, line, sys.stderr), err=True)


def labelled(kind: str, line: str, stream: IO[Any]) -> str:
    """Return one line such as `error: …`, coloured where the stream takes colours."""
    colour = {"error": "red", "warning": "yellow"}.get(kind)
    prefix = f"{kind}:"
    if colour and coloured(stream):
        prefix = click.style(prefix, fg=colour, bold=True)
    return f"{prefix} {one_line(redacted(line), LONGEST_LINE)}"


def coloured(stream: IO[Any]) -> bool:
    """Say whether a stream takes colours: a terminal, unless NO_COLOR asks for none."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def is_terminal(stream: IO[Any] | None) -> bool:
    """Say whether a stream is a terminal; a closed or missing one is none."""
    return stream is not None and not stream.closed and stream.isatty()
