"""What a shell's completion offers for the values of options. It never fails, it offers nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

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
