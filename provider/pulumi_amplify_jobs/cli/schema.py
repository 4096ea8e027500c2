"""`amplify-jobs schema`: JSON Schemas of the files that users write, for their editors."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import click

from .errors import DONE
from .lazy_group import PlainEpilog
from .output import output_option, write

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
    # Here, not above: pydantic is slow to load, and --help has no use for it.
    from ..config.schema import include_schema, schema_text, stack_schema
    from ..report.document import report_schema

    made = {"stack": stack_schema, "include": include_schema, "report": report_schema}[file]()
    write(schema_text(made), output)
    return DONE
