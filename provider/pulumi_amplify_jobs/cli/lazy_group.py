"""A group of commands that loads a command only when it is run or asked about.

The group's own help, which is what a shell's completion and a newcomer ask for first, takes each
command's summary from its entry and so starts without any command's module.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from inspect import cleandoc
from pkgutil import resolve_name
from typing import Any

import click

from ..errors import AmplifyJobsError, InterruptedRunError
from .errors import FAILED, print_failure
from .interrupts import INTERRUPTS
from .verbosity import VERBOSE


@dataclass(frozen=True)
class Entry:
    """Where a command is found, and what the group's help says of it."""

    place: str
    """`module:name`, below `cli`."""
    summary: str

    def load(self) -> click.Command:
        """Import the command."""
        command: click.Command = resolve_name(f"{__package__}.{self.place}")
        command.short_help = self.summary
        if VERBOSE not in command.params:
            command.params.append(VERBOSE)
        return command


Sections = Mapping[str, Mapping[str, Entry]]
"""Commands by name, under the headings of the help."""


class PlainEpilog(click.Command):
    """A command whose epilog is shown as it is written: headings on the left, no folding."""

    def format_epilog(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the epilog."""
        if self.epilog:
            formatter.write(f"\n{cleandoc(self.epilog)}\n")


class LazyGroup(PlainEpilog, click.Group):
    """A group of commands in sections, each loaded when it is needed.

    Errors are one line each, and usage errors exit with 1.
    """

    def __init__(self, *arguments: Any, sections: Sections, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self._sections = sections
        self._entries = {
            name: entry for section in sections.values() for name, entry in section.items()
        }

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command and end with its exit code."""
        options["standalone_mode"] = False
        try:
            code = super().main(*args, **options)
        except Exception as error:  # noqa: BLE001 (the last place to report it in one line)
            foreseen = isinstance(error, (AmplifyJobsError, click.ClickException, click.Abort))
            made_of_interrupt = INTERRUPTS.raised and not foreseen
            print_failure(InterruptedRunError("interrupted") if made_of_interrupt else error)
            code = FAILED
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command in this context."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            # Click would write an empty line, also where no terminal shows a ^C to end.
            raise click.Abort from None

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the commands' names, in the help's order."""
        return list(self._entries)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """Load a command, or return None where there is none of this name."""
        entry = self._entries.get(name)
        return entry.load() if entry else None

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first argument names. Raises click.UsageError."""
        name = arguments[0]
        if name in self._entries or name.startswith("-") or context.resilient_parsing:
            return super().resolve_command(context, arguments)
        from difflib import get_close_matches

        near = get_close_matches(name, self._entries, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(self._entries)}"
        raise click.UsageError(f"No such command {name!r} ({hint})", context)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their summaries, section by section, without loading them."""
        width = max(map(len, self._entries))
        for heading, entries in self._sections.items():
            with formatter.section(heading):
                formatter.write_dl(
                    [(name.ljust(width), entry.summary) for name, entry in entries.items()]
                )
