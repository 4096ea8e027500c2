"""Try readers: `make fuzz`, or `python -m fuzz [TARGET]... --seconds 300`.

Each has a process of its own. What broke one is kept in `crashes`, to be mended and to stay.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from .keeping import keep
from .running import fuzz, unavailable
from .targets import NAMES, load


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(NAMES), metavar="[TARGET]...")
@click.option("--seconds", type=int, default=300, show_default=True, help="For each target.")
@click.option("--keep", "keeping", is_flag=True, help="Keep what reached further in the corpus.")
def main(names: Sequence[str], seconds: int, keeping: bool) -> None:
    """Try each target, and say what came of it."""
    reason = unavailable()
    if reason is not None:
        click.echo(f"Nothing was tried: {reason}")
        return
    broken = False
    for name in names or NAMES:
        found = fuzz(name, seconds)
        broken = broken or found.broke is not None
        click.echo(f"{name}: {found.inputs} inputs in {seconds} s: {found.broke or 'held'}")
        if keeping and found.broke is None:
            click.echo(f"{name}: {keep(load(name))} inputs in the corpus")
    sys.exit(broken)


if __name__ == "__main__":
    main()
