"""A report as one HTML page that asks nobody for anything.

The templates, the style and the script are files beside this module. The templates escape by
themselves whatever they are given; style and script stand in the page, and its
Content-Security-Policy allows just these two, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from itertools import groupby

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

BY_TARGET = "Target"
"""The second column, where the jobs are in several targets."""

WORDS: dict[Action, str] = {
    **{action: action for action in ACTIONS},
    "update": "change",
    "skipped": "left alone",
    "unchanged": "as declared",
}
"""What is done with a job, as the summary calls it."""


def page(report: Report) -> str:
    """Return the report as a page: the same report, the same text."""
    report = report.without_lone_target
    places = {name: place for place, name in enumerate(report.targets)}
    jobs = sorted(report.jobs, key=lambda job: (places[job.target], ACTIONS.index(job.action)))
    style, script = _style(report), _asset("page.js")
    return (
        _templates()
        .get_template("page.html.jinja")
        .render(
            report=report,
            jobs=jobs,
            timeline=timeline(jobs),
            shares=_shares(jobs) if report.by_target else (),
            columns=_columns(report),
            counts={action: report.count(action) for action in ACTIONS if report.count(action)},
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    )


@dataclass(frozen=True)
class Share:
    """The jobs of one target; an empty name for those without one."""

    target: str
    row: int
    """The first of its rows, counted from 1."""
    counts: Mapping[Action, int]

    @property
    def is_quiet(self) -> bool:
        """Whether all of its jobs are as declared."""
        return self.counts.keys() == {"unchanged"}


def _shares(jobs: Iterable[ReportedJob]) -> list[Share]:
    """Return the share of each target; the jobs of each stand together."""
    found = []
    row = 1
    for target, members in groupby(jobs, key=lambda job: job.target):
        actions = Counter(job.action for job in members)
        found.append(Share(target, row, {each: actions[each] for each in ACTIONS if actions[each]}))
        row += actions.total()
    return found


def _columns(report: Report) -> Sequence[str]:
    return (COLUMNS[0], BY_TARGET, *COLUMNS[1:]) if report.by_target else COLUMNS


def _style(report: Report) -> str:
    """Return the page's style, and that of one more column and section where they are shown."""
    return _asset("page.css") + (_asset("targets.css") if report.by_target else "")


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
