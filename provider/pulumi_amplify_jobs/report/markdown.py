"""A report as GitHub's Markdown, for a comment or a step summary, within a size.

What changes comes first, then what fails and what is left alone; the rest is folded. Where not all
of it fits, jobs are left out and counted; the first line and the errors stay.

Foreign text is code: in a code span GitHub looks for no mention, reference, link or HTML (GFM 6.1).
Only what ends a table's cell or the span itself has to be kept out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ..domain.times import utc
from ..errors import MOST_NAMES, listed, plural
from .model import WORDS, Action, Cell, Moment, Report, ReportedJob, is_known
from .visible_text import visible

COMMENT = 65_536
"""The most characters of a comment on GitHub; counted here are bytes, which are never fewer."""

REASON_LIMITS = (500, 200, 80, 30)
"""Characters of each error's reason: the most with which all errors fit."""

REASON = 300
"""Characters of any other reason."""

LONGEST = 120
"""Characters of a name, an ID, an operation or a status that are shown."""

BACKTICKS = re.compile("`+")
PLAIN_WORDS = re.compile(r"[A-Za-z][A-Za-z ,;'-]*")

COLUMNS = ("job", "app/environment/job", "operation", "status", "since", "why")

FOLDED: tuple[Action, ...] = ("adopt", "record", "forget", "unchanged")
"""What there is nothing to call for."""


@dataclass(frozen=True)
class Section:
    """A part of the Markdown that may be cut between its rows."""

    head: str
    rows: Sequence[str]
    noun: str
    """What is left out, where rows are."""
    tail: str = "\n"

    def fitted(self, room: int) -> str:
        """Return the section with as many rows as fit into so many bytes, the others counted."""
        if not self.rows:
            return ""
        if self.size <= room:
            return f"{self.head}{''.join(self.rows)}{self.tail}"
        left = room - _size(self.head + self.tail) - self.least
        shown = bisect_right(list(accumulate(map(_size, self.rows))), left)
        more = self._more(len(self.rows) - shown)
        return f"{self.head}{''.join(self.rows[:shown])}{self.tail}{more}" if shown else more

    @property
    def size(self) -> int:
        """The bytes that all of it takes."""
        return _size(self.head + self.tail) + sum(map(_size, self.rows)) if self.rows else 0

    @property
    def least(self) -> int:
        """The bytes that it takes with all its rows left out."""
        return _size(self._more(len(self.rows))) if self.rows else 0

    def _more(self, number: int) -> str:
        return f"… and {number} more {self.noun}, left out to stay within the size limit.\n\n"


def markdown(report: Report, limit: int = COMMENT) -> str:
    """Return a report as Markdown of at most `limit` bytes."""
    report = report.without_lone_target
    changes = _changes(report)
    skipped = [_line(job, REASON) for job in report.of(["skipped"])]
    alone = Section("**Left alone**\n\n", skipped, "left alone")
    folded = _folded(report)
    title = _title(report)
    room = limit - _size(title) - changes.least - alone.least - folded.least
    failing = _failing(report, room)
    room -= _size(failing)
    parts = []
    for section in (changes, alone, folded):
        room += section.least
        parts.append(section.fitted(room))
        # What comes later must not stand there in place of what counts more.
        room = room - _size(parts[-1]) if section.size <= room else 0
    text = f"{title}{parts[0]}{failing}{parts[1]}{parts[2]}"
    return text.rstrip("\n") + "\n"


def _title(report: Report) -> str:
    named = f" in stack {code(report.stack)}" if report.stack else ""
    project = f" of {code(report.project)}" if report.project and report.stack else ""
    warnings = "".join(f"- warning: {prose(line, REASON)}\n" for line in report.warnings[:20])
    return f"**{report.summary}**{named}{project}\n\n" + (f"{warnings}\n" if warnings else "")


def _failing(report: Report, room: int) -> str:
    """Return the errors, all of them: the reasons as long as there is room for."""
    section = Section("", [], "")
    for limit in REASON_LIMITS:
        rows = [f"- {prose(problem, limit)}\n" for problem in report.problems]
        rows += _error_lines(report.of(["error"]), limit)
        section = Section("**Errors**\n\n", rows, "that failed")
        if section.size <= room:
            break
    return section.fitted(room)


def _folded(report: Report) -> Section:
    jobs = [job for action in FOLDED for job in report.of([action])]
    counts = [f"{n} {WORDS[action]}" for action in FOLDED if (n := report.count(action))]
    head = f"<details><summary>{', '.join(counts)}</summary>\n\n"
    rows = [_rest(job) for job in jobs]
    return Section(head, rows, "with nothing to call for", "\n</details>\n\n")


def _changes(report: Report) -> Section:
    """Return the jobs to change as a table; of several targets, each has its jobs together."""
    columns = ["target", *COLUMNS] if report.by_target else COLUMNS
    rule = ["---"] * len(columns)
    head = f"| {' | '.join(columns)} |\n| {' | '.join(rule)} |\n"
    jobs = report.of(["update"])
    rows = [_row(job) for job in jobs]
    if report.by_target:
        targets = [code(job.target) if job.target else "" for job in jobs]
        rows = [f"| {target} {row}" for target, row in zip(targets, rows, strict=True)]
    return Section(head, rows, "to change")


def _row(job: ReportedJob) -> str:
    cells = (
        code(job.name),
        code(str(job.key)) if job.key else "",
        _cell(job.operation),
        _cell(job.status),
        _moment(job.updated),
        prose(job.reason, REASON) if job.reason else "",
    )
    return f"| {' | '.join(cells)} |\n"


def _moment(moment: Moment) -> str:
    """Return a moment as people read it; one without a date is as `utc` says it."""
    if not is_known(moment):
        return "" if moment is None else "in doubt"
    return utc(moment, "%Y-%m-%d %H:%M:%S UTC")


def _cell(cell: Cell) -> str:
    live = code(cell.live) if cell.live is not None else ""
    if cell.wanted is None:
        return live
    return f"{live or 'absent'} → **{code(cell.wanted)}**"


def _error_lines(jobs: Iterable[ReportedJob], limit: int) -> list[str]:
    """Return a line for each error; what fails a target's jobs in the same words is one."""
    alike: dict[object, list[ReportedJob]] = {}
    for number, job in enumerate(jobs):
        alike.setdefault((job.target, job.reason) if job.target else number, []).append(job)
    return [_errors_alike(found, limit) for found in alike.values()]


def _errors_alike(jobs: Sequence[ReportedJob], limit: int) -> str:
    if len(jobs) == 1:
        return _line(jobs[0], limit)
    rules = sum(job.by_rule for job in jobs)
    counts = [plural(n, noun) for n, noun in ((len(jobs) - rules, "job"), (rules, "rule")) if n]
    names = listed([code(job.name) for job in jobs[:MOST_NAMES]], len(jobs))
    return f"- {_target(jobs[0])}{' and '.join(counts)} ({names}): {_reason(jobs[0], limit)}\n"


def _line(job: ReportedJob, limit: int) -> str:
    return f"- {_target(job)}{_named(job)}: {_reason(job, limit)}\n"


def _reason(job: ReportedJob, limit: int) -> str:
    return prose(job.reason or "no reason is known", limit)


def _rest(job: ReportedJob) -> str:
    shown = ", ".join(code(cell.live) for cell in (job.operation, job.status) if cell.live)
    fields = f": {shown}" if shown else ""
    reason = f" ({prose(job.reason, REASON)})" if job.reason and job.action != "unchanged" else ""
    target = f" in {code(job.target)}" if job.target else ""
    return f"- {WORDS[job.action]}{target}: {_named(job)}{fields}{reason}\n"


def _target(job: ReportedJob) -> str:
    """Return what a line begins with where the jobs are in several targets."""
    return f"{code(job.target)}: " if job.target else ""


def _named(job: ReportedJob) -> str:
    key = f" ({code(str(job.key))})" if job.key else ""
    return f"{code(job.name)}{key}"


def code(text: str, limit: int = LONGEST) -> str:
    """Return text as a code span that also a table's cell can hold; "(empty)" for none."""
    # A table is parted into cells before anything else is looked at: a bar can't stand there.
    shown = visible(text, limit).replace("|", "\\x7c")
    if not shown:
        return "(empty)"
    fence = "`" * (max(map(len, BACKTICKS.findall(shown)), default=0) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str, limit: int) -> str:
    """Return a sentence as it is where it is plain words, else as code."""
    return text if PLAIN_WORDS.fullmatch(text) and len(text) <= limit else code(text, limit)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
