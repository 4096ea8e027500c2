"""`amplify-jobs discover`: find jobs, and write the config that declares them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...disk import write_file
from ...domain.jobs import OPERATIONS, STATUSES
from ...domain.name_patterns import name_problem
from ...domain.times import parse_duration
from ...settings import BY_OPTIONS, Settings
from ..errors import DONE, FAILED, CommandError, tell
from ..lazy_group import PlainEpilog
from ..list.command import settings_with
from ..options import connection_options, known_values
from ..plan.documents import observed_document, print_document
from ..stack import read_config, stack_options

if TYPE_CHECKING:
    from .config import Discovery

EPILOG = """
Examples:
  amplify-jobs discover --status RUNNING --older-than 6h  # as a stack file
  amplify-jobs discover d2abcdefgh1234 --include -o jobs/shop.yaml
  amplify-jobs discover --rules                           # as a rule

JSON document (--json):
  version    1
  apps       the number of apps that were looked at
  jobs       each field by the service's name
  failures   why something is missing, by app or app/environment
  warnings   what is in doubt, in one line each

Exit codes:
  0  done
  1  an error; what could be read is still written
"""

LARGE = 100 * 1024
"""Bytes from which on stack config comes near what the language host can hand to a program."""

RULE_STATUS = "RUNNING"
RULE_AGE = "6h"


def _app_id(text: str) -> str:
    problem = name_problem(text)
    if problem or "/" in text:
        raise click.BadParameter(
            f"{text!r} {problem or 'is not an app ID: write it without a slash'}"
        )
    return text


def _environment_name(text: str) -> str:
    problem = name_problem(text)
    if problem:
        raise click.BadParameter(f"{text!r} {problem}")
    return text


def duration_option(text: str) -> str:
    """Return a duration that an option takes. Raises click.BadParameter."""
    try:
        parse_duration(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return text


@click.command(cls=PlainEpilog, epilog=EPILOG)
@click.argument("app_ids", metavar="[APP_ID]...", nargs=-1, type=_app_id)
@click.option(
    "--environment",
    "environments",
    metavar="NAME",
    multiple=True,
    type=_environment_name,
    help="Only environments of this name or pattern; may be repeated.",
)
@click.option(
    "--status",
    "statuses",
    metavar="STATUS",
    multiple=True,
    shell_complete=known_values(STATUSES),
    help="Only jobs with this status; may be repeated.",
)
@click.option(
    "--operation",
    "operations",
    metavar="NAME",
    multiple=True,
    shell_complete=known_values(OPERATIONS),
    help="Only jobs with this operation; may be repeated.",
)
@click.option(
    "--older-than",
    metavar="DURATION",
    type=duration_option,
    help="Only jobs created at least this long ago, such as 6h.",
)
@click.option(
    "--include", "form", flag_value="include", help="Write an included file, not a stack file."
)
@click.option("--rules", "form", flag_value="rules", help="Propose a rule that settles the jobs.")
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to this file."
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@stack_options
@connection_options
def discover(
    app_ids: tuple[str, ...],
    environments: tuple[str, ...],
    statuses: tuple[str, ...],
    operations: tuple[str, ...],
    older_than: str | None,
    form: str | None,
    output: Path | None,
    force: bool,
    stack: str | None,
    config_file: Path | None,
    cwd: Path,
    region: str | None,
    profile: str | None,
    endpoint: str | None,
) -> int:
    """Find the jobs of apps, and write the config that declares them as they are.

    `pulumi up` on what is written adopts the jobs without a call that changes one. Without
    arguments, every app of the account and region is looked at; an argument may be a pattern with
    * and ?. With --rules, jobs that are RUNNING and 6 hours old are looked for, unless the options
    say otherwise. No stack is read unless --stack or --config-file names one, whose settings then
    count, its account IDs too.
    """
    output = cwd / output if output is not None else None
    if output is not None and output.exists() and not force:
        raise CommandError(f"{output} already exists: name another file, or use --force")
    if form == "rules":
        statuses, older_than = statuses or (RULE_STATUS,), older_than or RULE_AGE
    from ...client import Selection
    from .config import Proposal
    from .find import Wanted, discover_jobs

    given = {"--region": region, "--profile": profile, "--endpoint": endpoint}
    settings = Settings(advice=BY_OPTIONS)
    if stack is not None or config_file is not None:
        settings = read_config(stack, config_file, cwd).config.settings
    wanted = Wanted(
        app_ids,
        environments,
        Selection(frozenset(operations), frozenset(statuses)),
        None if older_than is None else parse_duration(older_than),
    )
    apps, found = discover_jobs(settings_with(settings, given), wanted)
    for line in found.warnings:
        tell("warning", line)
    keys = {"amplify-jobs:region": region, "amplify-jobs:profile": profile}
    keys["amplify-jobs:endpoint"] = endpoint
    found = replace(found, settings={key: value for key, value in keys.items() if value})
    proposal = Proposal(
        apps=app_ids or ("*",),
        environments=environments or ("*",),
        statuses=statuses,
        operations=operations,
        older_than=older_than or RULE_AGE,
        wanted="FAILED",
    )
    _write(_content(form, found, apps, proposal), form, output)
    for place, why in found.failures.items():
        tell("error", why if place in why else f"{place}: {why}")
    return FAILED if found.failures else DONE


def _content(form: str | None, found: Discovery, apps: int, proposal: Any) -> str | dict[str, Any]:
    from .config import include_file, rule_file, stack_file

    if form == "json":
        jobs = [observed_document(job) for job in found.jobs]
        return {
            "version": 1,
            "apps": apps,
            "jobs": jobs,
            "failures": dict(found.failures),
            "warnings": list(found.warnings),
        }
    if form == "rules":
        return rule_file(found, proposal)
    return include_file(found) if form == "include" else stack_file(found)


def _write(content: str | dict[str, Any], form: str | None, output: Path | None) -> None:
    """Print the content, or write it to the file. Raises OSError."""
    if isinstance(content, dict):
        if output is None:
            print_document(content)
            return
        content = json.dumps(content, indent=2) + "\n"
    if form is None and len(content.encode()) > LARGE:
        size = len(content.encode()) // 1024
        tell(
            "warning", f"{size} KiB are too much for stack config: use --include, in several files"
        )
    if output is None:
        click.echo(content, nl=False)
        return
    write_file(output, content)
    tell("note", f"wrote {output}")
