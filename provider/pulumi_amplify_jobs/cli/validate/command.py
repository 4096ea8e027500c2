"""`amplify-jobs validate`: check the config offline."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..errors import DONE, FAILED
from ..lazy_group import PlainEpilog
from ..stack import cwd_option
from .formats import FORMATS

EPILOG = """
Examples:
  amplify-jobs validate                   # every stack of this project
  amplify-jobs validate Pulumi.prod.yaml  # one stack, and what it includes
  amplify-jobs validate --format github   # annotations on the pull request

JSON document (--format json):
  version, files, jobs and rules (numbers), problems: severity (error, warning
  or note), file, line, column, job, message; null where there is none

Exit codes:
  0  no errors
  1  errors; with --strict also warnings
"""


@click.command(cls=PlainEpilog, epilog=EPILOG)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_name",
    metavar="FORMAT",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How to print problems: text, json or github (annotations of GitHub Actions).",
)
@click.option("--strict", is_flag=True, help="Exit with 1 if there are warnings, too.")
@click.option(
    "--allow-empty", is_flag=True, help="Accept a stack that declares no job and no rule."
)
@cwd_option
def validate(
    files: tuple[Path, ...], format_name: str, strict: bool, allow_empty: bool, cwd: Path
) -> int:
    """Check stack files and included files, without AWS and without an engine.

    Without arguments, every stack of the project is checked, with all that it includes.
    Pulumi.<stack>.yaml is a stack's file, any other an included one: that is checked through the
    stacks that include it, or alone as far as that goes. All problems of all files are told, each
    once; a stack that declares neither a job nor a rule is one, too. What only the engine can open
    (secure:, environment:) is not checked, and a note says so.
    """
    # Here, not above: pydantic is slow to load, and --help has no use for it.
    from ...config import check_files, check_project

    report = check_files(cwd / file for file in files) if files else check_project(cwd)
    if not allow_empty:
        report.refuse_empty()
    click.echo(FORMATS[format_name](report, _root(cwd, format_name)))
    bad = report.count("error") + (report.count("warning") if strict else 0)
    return FAILED if bad else DONE


def _root(cwd: Path, format_name: str) -> Path:
    """Return what paths are shown relative to: GitHub takes them from the workspace."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    return Path(workspace if workspace and format_name == "github" else cwd).resolve()
