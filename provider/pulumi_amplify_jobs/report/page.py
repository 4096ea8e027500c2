"""A report as one HTML page that asks nobody for anything.

The templates, the style and the script are files beside this module. The templates escape by
themselves whatever they are given; style and script stand in the page, and its
Content-Security-Policy allows just these two, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..domain.times import utc
from .model import ACTIONS, Action, Report, ReportedJob, is_known
from .timeline import LAST_MOMENT, timeline
from .visible_text import pieces, visible

PACKAGE = "pulumi_amplify_jobs.report"
ASSETS = "assets"

SHORT = 300
"""Characters shown of a name, key part, operation or status: all that a config allows."""

LONG = 500
"""Characters shown of a reason, an error or a warning."""

COLUMNS = (
    "Job",
    "App / environment",
    "Job ID",
    "Action",
    "Operation",
    "Status",
    "Since",
    "Created",
    "Why",
)

WORDS: dict[Action, str] = {
    **{action: action for action in ACTIONS},
    "update": "change",
    "skipped": "left alone",
    "unchanged": "as declared",
}
"""What is done with a job, as the summary calls it."""


def page(report: Report) -> str:
    """Return the report as a page: the same report, the same text."""
    jobs = sorted(report.jobs, key=lambda job: ACTIONS.index(job.action))
    style, script = _asset("page.css"), _asset("page.js")
    return (
        _templates()
        .get_template("page.html.jinja")
        .render(
            report=report,
            jobs=jobs,
            timeline=timeline(jobs),
            columns=COLUMNS,
            counts={action: report.count(action) for action in ACTIONS if report.count(action)},
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    )


@cache
def _templates() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=PackageLoader(PACKAGE, ASSETS),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(words=WORDS, last_moment=LAST_MOMENT)
    environment.filters.update(
        number="{:,}".format,
        percent="{:.2%}".format,
        short=partial(pieces, limit=SHORT),
        long=partial(pieces, limit=LONG),
        plain=partial(visible, limit=SHORT),
        utc=utc,
        times=_times,
    )
    return environment


@cache
def _asset(name: str) -> str:
    return (files(PACKAGE) / ASSETS / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return how a Content-Security-Policy names an inline style or script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _times(job: ReportedJob) -> str:
    """Tell a job's times and whether it is stuck: what its bar shows, in words."""
    parts = [visible(job.status.live, SHORT)] if job.status.live else []
    times = (("created", job.created), ("updated", job.updated))
    parts += [f"{said} {utc(time)}" for said, time in times if is_known(time)]
    return ", ".join(
        [*parts, *job.doubts, *(["stuck: it runs, and is to be ended"] if job.stuck else [])]
    )
