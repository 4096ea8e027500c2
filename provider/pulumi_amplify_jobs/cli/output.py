"""Where a command's text goes: stdout, or a file."""

from __future__ import annotations

from pathlib import Path

import click

from ..disk import write_file

output_option = click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of stdout.",
)
"""The option that names a file to write: what `write` takes."""


def write(text: str, output: Path | None) -> None:
    """Write text to stdout, or as UTF-8 to a file, whole or not at all. Raises OSError."""
    if output is None:
        click.echo(text, nl=False)
    else:
        write_file(output, text)
