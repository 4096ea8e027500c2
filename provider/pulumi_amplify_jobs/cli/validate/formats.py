"""What `validate` found, as text, as JSON, or as annotations of GitHub Actions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import labelled
from ..output import VERSION, json_text, plural

if TYPE_CHECKING:
    from ...config import Finding, Report
    from ...config.diagnostics import Severity

GITHUB_COMMANDS: Mapping[Severity, str] = {
    "error": "error",
    "warning": "warning",
    "note": "notice",
}
"""Source: GitHub's reference of workflow commands."""


def as_text(report: Report, root: Path) -> str:
    """Return a line for each finding, then the summary."""
    lines = [
        labelled(each.severity, f"{_place(each, root)}: {_message(each)}", sys.stdout)
        for each in sorted(report.findings)
    ]
    return "\n".join([*lines, summary(report)])


def as_json(report: Report, root: Path) -> str:
    """Return one JSON document; `line`, `column` and `job` are null where there is none."""
    document: dict[str, Any] = {
        "version": VERSION,
        "files": len(report.jobs),
        "jobs": sum(report.jobs.values()),
        "rules": sum(report.rules.values()),
        "problems": [
            {
                "severity": each.severity,
                "file": _shown(each.path, root),
                "line": each.line or None,
                "column": each.column or None,
                "job": each.job or None,
                "message": each.message,
            }
            for each in sorted(report.findings)
        ],
    }
    return json_text(document).rstrip()


def as_github(report: Report, root: Path) -> str:
    """Return an annotation for each finding, then the summary."""
    return "\n".join(
        [*(_annotation(each, root) for each in sorted(report.findings)), summary(report)]
    )


FORMATS: Mapping[str, Callable[[Report, Path], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}
"""Each takes the directory that paths are shown relative to."""


def summary(report: Report) -> str:
    """Return `3 files, 41 jobs: no problems.`, or how many there are of each kind."""
    jobs, rules = sum(report.jobs.values()), sum(report.rules.values())
    parts = [plural(len(report.jobs), "file")]
    parts += [plural(jobs, "job")] if jobs or not rules else []
    parts += [plural(rules, "rule")] if rules else []
    checked = ", ".join(parts)
    problems = [plural(n, kind) for kind in ("error", "warning") if (n := report.count(kind))]
    notes = [plural(n, "note") for n in (report.count("note"),) if n]
    return f"{checked}: {', '.join([*(problems or ['no problems']), *notes])}."


def _place(finding: Finding, root: Path) -> str:
    shown = _shown(finding.path, root)
    return f"{shown}:{finding.line}" if finding.line else shown


def _shown(path: Path, root: Path) -> str:
    """Return a path relative to the root; one on another drive has no such way."""
    return Path(relpath(path, root)).as_posix() if path.anchor == root.anchor else str(path)


def _message(finding: Finding) -> str:
    return f"{finding.job}: {finding.message}" if finding.job else finding.message


def _annotation(finding: Finding, root: Path) -> str:
    properties = {"file": _shown(finding.path, root)}
    if finding.line:
        properties["line"] = str(finding.line)
    if finding.column:
        properties["col"] = str(finding.column)
    properties["title"] = f"amplify-jobs: {finding.job}" if finding.job else "amplify-jobs"
    written = ",".join(f"{name}={_escaped_property(text)}" for name, text in properties.items())
    return f"::{GITHUB_COMMANDS[finding.severity]} {written}::{_escaped(finding.message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
