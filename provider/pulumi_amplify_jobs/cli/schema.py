"""`amplify-jobs schema`: JSON Schemas of the files that users write, for their editors."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args

import click

from .errors import DONE
from .lazy_group import PlainEpilog
from .output import json_text, output_option, write

File = Literal["stack", "include", "report"]

EPILOG = """
Examples:
  amplify-jobs schema -o .amplify-jobs.schema.json
  amplify-jobs schema include -o .amplify-jobs.include.schema.json
  amplify-jobs schema report

The first line of a stack's file then names it for editors:
  # yaml-language-server: $schema=.amplify-jobs.schema.json

Exit codes:
  0  done
  1  an error
"""


@click.command(cls=PlainEpilog, epilog=EPILOG)
@click.argument(
    "file",
    type=click.Choice(get_args(File)),
    default="stack",
    metavar=f"[{'|'.join(get_args(File))}]",  # releases of click disagree about the brackets
)
@output_option
def schema(file: File, output: Path | None) -> int:
    """Print a JSON Schema: of a stack's file, of an included file, or of report --format json.

    Editors use it to complete and check YAML whose first line names the schema's file.
    """
    write(json_text(_schema_of(file)), output)
    return DONE


def _schema_of(file: File) -> dict[str, Any]:
    # Here, not above: each is slow to load, and the others have no use for it.
    if file == "report":
        from ..report.document import report_schema

        return report_schema()
    from ..config.schema import include_schema, stack_schema

    return stack_schema() if file == "stack" else include_schema()
