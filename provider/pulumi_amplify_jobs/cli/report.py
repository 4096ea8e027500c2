"""`amplify-jobs report`: a preview as its reviewers want it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from .errors import DONE, FAILED, PENDING
from .lazy_group import PlainEpilog
from .options import preview_argument, text_of
from .output import json_text, output_option, write

if TYPE_CHECKING:
    from ..report.model import Report

Format = Literal["markdown", "html", "json"]
Fit = Literal["comment", "summary"]

EPILOG = """
Examples:
  pulumi preview --json | amplify-jobs report
  amplify-jobs plan --json | amplify-jobs report --fit summary \\
    >> "$GITHUB_STEP_SUMMARY"
  amplify-jobs report --format html -o report.html preview.json
  pulumi up --yes --plan plan.json 2>&1 | tee up.log
  amplify-jobs report --plan-errors up.log

Exit codes:
  0  nothing to do
  1  an error, in the preview too; with --plan-errors, a refused plan
  2  changes are pending
"""


@click.command(cls=PlainEpilog, epilog=EPILOG)
@preview_argument
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(get_args(Format)),
    default="markdown",
    show_default=True,
    help="For a comment, for a browser, or for programs.",
)
@output_option
@click.option(
    "--fit",
    type=click.Choice(get_args(Fit)),
    default="comment",
    show_default=True,
    help="What the Markdown has to fit into: a GitHub comment or a step summary.",
)
@click.option(
    "--plan-errors",
    is_flag=True,
    help="Explain why up --plan or --strict refused a plan; PREVIEW is then that up's output.",
)
def report(
    preview: Path | None,
    form: Format,
    output: Path | None,
    fit: Fit,
    plan_errors: bool,
) -> int:
    """Report a preview: what changes, what is left alone, what fails.

    PREVIEW is a file with the output of `pulumi preview --json` (one document or a stream of
    events) or of `amplify-jobs plan --json`, or with the engine's event log; `-` or nothing is
    standard input.

    Exits with 0 if there is nothing to do, with 2 if changes are pending, and with 1 if the preview
    has an error.
    """
    from ..report.reading import read_report

    name, text = text_of(preview)
    if plan_errors:
        if form != "markdown":
            raise click.UsageError(f"--plan-errors is Markdown only, not {form}")
        from ..report.refusals import explained

        write(explained(text, name), output)
        return FAILED
    found = read_report(text, name)
    write(rendered(found, form, fit), output)
    if found.errors:
        return FAILED
    return PENDING if found.pending else DONE


def rendered(found: Report, form: Format, fit: Fit) -> str:
    """Return a report in a format."""
    # Here, not above: each format brings a library that the others have no use for.
    if form == "html":
        from ..report.page import page

        return page(found)
    if form == "json":
        from ..report.document import document

        return json_text(document(found))
    from ..limits import STEP_SUMMARY
    from ..report.markdown import COMMENT, markdown

    return markdown(found, COMMENT if fit == "comment" else STEP_SUMMARY)
