"""What a shell's completion offers for the values of options."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def known_values(known: Sequence[str]) -> Completer:
    """Offer known values, whatever case is begun with; others may be written all the same."""

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
        return [value for value in known if value.lower().startswith(incomplete.lower())]

    return complete
