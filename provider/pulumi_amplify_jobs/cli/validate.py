"""`amplify-jobs validate`: check the config offline; problems as text, JSON or annotations."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import plural
from .errors import DONE, FAILED, labelled
from .lazy_group import PlainEpilog
from .output import VERSION, json_text
from .stack import cwd_option
from .target_options import TargetOptions, all_target_options

if TYPE_CHECKING:
    from ..config.check import Finding, Findings
    from ..settings import Settings

EPILOG = """
Examples:
  amplify-jobs validate                   # every stack of this project
  amplify-jobs validate Pulumi.prod.yaml  # one stack, and what it includes
  amplify-jobs validate --format github   # annotations on the pull request
  amplify-jobs validate --target 'shop-*' # only these targets

JSON document (--format json):
  version, files, jobs and rules (numbers), problems: severity (error, warning
  or note), file, line, column, job, message; null where there is none

Exit codes:
  0  no errors
  1  errors; with --strict also warnings
"""

NOTICES = {"note": "notice"}
"""The other severities are called the same in GitHub's reference of workflow commands."""


def as_text(report: Findings, root: Path) -> str:
    """Return a line for each finding, then the summary."""
    lines = []
    for each in sorted(report.findings):
        line = f":{each.line}" if each.line else ""
        job = f"{each.job}: " if each.job else ""
        text = f"{_shown(each.path, root)}{line}: {job}{each.message}"
        lines.append(labelled(each.severity, text, sys.stdout))
    return "\n".join([*lines, summary(report)])


def as_json(report: Findings, root: Path) -> str:
    """Return one JSON document; `line`, `column` and `job` are null where there is none."""
    problems = [
        {
            "severity": each.severity,
            "file": _shown(each.path, root),
            "line": each.line or None,
            "column": each.column or None,
            "job": each.job or None,
            "message": each.message,
        }
        for each in sorted(report.findings)
    ]
    files, jobs, rules = len(report.jobs), sum(report.jobs.values()), sum(report.rules.values())
    count = {"files": files, "jobs": jobs, "rules": rules}
    return json_text({"version": VERSION, **count, "problems": problems}).rstrip()


def as_github(report: Findings, root: Path) -> str:
    """Return an annotation for each finding, then the summary."""
    lines = [_annotation(each, root) for each in sorted(report.findings)]
    return "\n".join([*lines, summary(report)])


def summary(report: Findings) -> str:
    """Return `3 files, 41 jobs: no problems.`, or how many there are of each kind."""
    jobs, rules = sum(report.jobs.values()), sum(report.rules.values())
    parts = [plural(len(report.jobs), "file")]
    parts += [plural(jobs, "job")] if jobs or not rules else []
    parts += [plural(rules, "rule")] if rules else []
    found = [plural(n, kind) for kind in ("error", "warning") if (n := report.count(kind))]
    found = found or ["no problems"]
    found += [plural(n, "note")] if (n := report.count("note")) else []
    return f"{', '.join(parts)}: {', '.join(found)}."


def _shown(path: Path, root: Path) -> str:
    """Return a path relative to the root; one on another drive has no such way."""
    return Path(relpath(path, root)).as_posix() if path.anchor == root.anchor else str(path)


def _annotation(finding: Finding, root: Path) -> str:
    title = f"amplify-jobs: {finding.job}" if finding.job else "amplify-jobs"
    line, column = finding.line or None, finding.column or None
    values = {"file": _shown(finding.path, root), "line": line, "col": column, "title": title}
    properties = (f"{name}={_escaped_property(str(v))}" for name, v in values.items() if v)
    kind, message = NOTICES.get(finding.severity, finding.severity), _escaped(finding.message)
    return f"::{kind} {','.join(properties)}::{message}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: Mapping[str, Callable[[Findings, Path], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}
"""Each takes the directory that paths are shown relative to."""


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
@click.option("--strict", is_flag=True, help="Exit with 1 also if there are warnings.")
@click.option(
    "--allow-empty", is_flag=True, help="Accept a stack that declares no job and no rule."
)
@all_target_options
@cwd_option
def validate(
    targets: TargetOptions,
    files: tuple[Path, ...],
    format_name: str,
    strict: bool,
    allow_empty: bool,
    cwd: Path,
) -> int:
    """Check stack files and included files, without AWS and without an engine.

    Without arguments, every stack of the project is checked, with all that it includes.
    Pulumi.<stack>.yaml is a stack's file; any other file is an included one, and is checked through
    the stacks that include it, or alone as far as possible. Every problem of every file is reported
    once; a stack that declares neither a job nor a rule is also a problem. What only the engine can
    open (secure:, environment:) is not checked, and a note says so.

    With --target or --target-tag, problems of jobs and rules in other targets, or in none, are left
    out, and the counts are those of the chosen targets. Everything else is reported.
    """
    # Here, not above: what reads YAML is slow to load, and --help has no use for it.
    from ..config.check import Scope, check_files, check_project

    scope = Scope(_region_problem, targets.selector)
    if files:
        report = check_files((cwd / file for file in files), scope)
    else:
        report = check_project(cwd, scope)
    targets.selected(report.targets)
    if not allow_empty:
        report.refuse_empty()
    click.echo(FORMATS[format_name](report, _root(cwd, format_name)))
    bad = report.count("error") + (report.count("warning") if strict else 0)
    return FAILED if bad else DONE


def _region_problem(settings: Settings) -> str | None:
    from ..client.regions import region_problem  # botocore comes with it

    return region_problem(settings)


def _root(cwd: Path, format_name: str) -> Path:
    """Return what paths are shown relative to: GitHub takes them from the workspace."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    return Path(workspace if workspace and format_name == "github" else cwd).resolve()
