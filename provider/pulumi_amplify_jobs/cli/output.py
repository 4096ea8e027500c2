"""What commands print: text and JSON documents, on stdout or into a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from ..disk import write_file
from ..domain.jobs import ObservedJob
from ..domain.keys import JobKey
from ..spelling import camel

VERSION = 2
"""Of every JSON document; a key that is gone, or that means another thing, makes it another."""

output_option = click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of stdout.",
)
"""The option that names a file to write: what `write` takes."""


def write(text: str, output: Path | None = None) -> None:
    """Write text to stdout, or as UTF-8 to a file, whole or not at all. Raises OSError."""
    if output is None:
        click.echo(text, nl=False)
    else:
        write_file(output, text)


def tell(line: str) -> None:
    """Print a line about what was written; on stderr, too, before it raises OSError."""
    try:
        click.echo(line)
    except OSError:
        with suppress(OSError):
            click.echo(line, err=True)
        raise


def json_text(document: Mapping[str, Any]) -> str:
    """Return a document as text, in ASCII: nothing in a job can reach the terminal raw."""
    return json.dumps(document, indent=2) + "\n"


def observed_document(live: ObservedJob) -> dict[str, Any]:
    """Return every field of an observed job by the service's names."""
    fields = {name: value for name, value in vars(live).items() if name != "key"}
    return {**key_document(live.key), **camel_case(fields)}


def key_document(key: JobKey) -> dict[str, Any]:
    """Return a job's key by the service's names, and its target; null where it has none."""
    return camel_case({**vars(key), "target": key.target or None})


def camel_case(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields by the names that the service and the documents have for them."""
    return {camel(name): value for name, value in fields.items()}
