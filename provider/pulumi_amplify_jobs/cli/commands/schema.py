"""`amplify-jobs schema`: JSON Schemas of the files that users write, for their editors."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from ..failures import DONE
from ..lazy import PlainEpilog

EPILOG = """
Examples:
  amplify-jobs schema -o .amplify-jobs.schema.json
  amplify-jobs schema include -o .amplify-jobs.include.schema.json

The first line of a stack's file then names it for editors:
  # yaml-language-server: $schema=.amplify-jobs.schema.json

Exit codes:
  0  done
  1  an error
"""


@click.command(cls=PlainEpilog, epilog=EPILOG)
@click.argument("file", type=click.Choice(["stack", "include"]), default="stack")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of stdout.",
)
def schema(file: Literal["stack", "include"], output: Path | None) -> int:
    """Print the JSON Schema of a stack's file (stack), or of an included file (include).

    Editors complete and check YAML by it, once the YAML's first line names the schema's file.
    """
    # Here, not above: pydantic is slow to load, and --help has no use for it.
    from ...config.schema import include_schema, schema_text, stack_schema

    text = schema_text(stack_schema() if file == "stack" else include_schema())
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
    return DONE
