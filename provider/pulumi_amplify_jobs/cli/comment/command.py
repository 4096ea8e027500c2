"""`amplify-jobs comment`: a preview as a comment on its pull request."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..errors import DONE
from ..lazy_group import PlainEpilog
from ..options import preview_argument, text_of

EPILOG = """
Examples:
  pulumi preview --json | amplify-jobs comment
  amplify-jobs comment --on-change-only --history preview.json
  amplify-jobs comment --repo octo/shop --pull-request 12 --dry-run preview.json

Environment:
  GITHUB_TOKEN or GH_TOKEN   the token; it needs pull-requests: write
  GITHUB_REPOSITORY, GITHUB_EVENT_PATH, GITHUB_REF, GITHUB_API_URL
                             where to comment, as GitHub Actions sets them
  GITHUB_STEP_SUMMARY        where the report goes if the token may not comment

Exit codes:
  0  done, or the report went to the step's summary or stdout
  1  an error
"""


@click.command(cls=PlainEpilog, epilog=EPILOG)
@preview_argument
@click.option("--repo", "repository", metavar="OWNER/NAME", help="The repository.")
@click.option(
    "--pull-request",
    metavar="N",
    type=click.IntRange(min=1),
    help="The number of the pull request.",
)
@click.option(
    "--api-url",
    metavar="URL",
    help="GitHub's API, such as https://ghe.example/api/v3 for GitHub Enterprise.",
)
@click.option(
    "-s",
    "--stack",
    metavar="[PROJECT/]STACK",
    help="The stack of the comment; by default, the one named in the preview.",
)
@click.option(
    "--on-change-only",
    is_flag=True,
    help="Don't create a comment if nothing changes and nothing is wrong.",
)
@click.option("--history", is_flag=True, help="Keep earlier versions in the comment, folded.")
@click.option("--dry-run", is_flag=True, help="Only report what would be done.")
def comment(
    preview: Path | None,
    repository: str | None,
    pull_request: int | None,
    api_url: str | None,
    stack: str | None,
    on_change_only: bool,
    history: bool,
    dry_run: bool,
) -> int:
    """Write a preview into the one comment of its stack on a pull request.

    PREVIEW is what `amplify-jobs report` takes; `-` or nothing is standard input. The comment is
    created once, found again by a hidden marker, and updated when the preview changes.

    In GitHub Actions, on the event pull_request, everything else is known. If the token may not
    comment, as in a pull request from a fork, the report goes to the step's summary, and a note
    says so.
    """
    # Here, not above: httpx and pydantic are slow to load, and --help has no use for them.
    from ...github.workflow import find_place
    from ...report.reading import read_report
    from .publish import DRY_RUN, EARNEST, publish, read_event, wanted_comment

    place = find_place(os.environ, read_event(), repository, pull_request, api_url)
    name, text = text_of(preview)
    report = read_report(text, name)
    wanted = wanted_comment(report, stack, history=history, on_change_only=on_change_only)
    publish(wanted, report, place, DRY_RUN if dry_run else EARNEST)
    return DONE
