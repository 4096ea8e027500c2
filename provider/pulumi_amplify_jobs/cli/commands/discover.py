"""`amplify-jobs discover`: find jobs, and write the config that declares them."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...clock import SystemClock
from ...disk import write_file
from ...durations import parse_duration
from ...jobs import OPERATIONS, STATUSES, ObservedJob, key_part_problem
from ...key_text import joined
from ...settings import Settings
from ..completing import known_values
from ..connection import connection_options
from ..documents import observed_document, print_document
from ..failures import DONE, FAILED, CommandError, tell
from ..folding import said
from ..lazy import PlainEpilog
from ..stacks import read_config, stack_options
from .listing import settings_with

if TYPE_CHECKING:
    from ...client import AppsService
    from ..discovered import Discovery

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

Exit codes:
  0  done
  1  an error; what could be read is written all the same
"""

LARGE = 100 * 1024
"""Bytes from which on stack config comes near what the language host can hand to a program."""

RULE_STATUS = "RUNNING"
RULE_AGE = "6h"


def _app_id(text: str) -> str:
    problem = key_part_problem(text)
    if problem or "/" in text:
        raise click.BadParameter(f"{text!r} {problem or 'is no app ID: write it without a slash'}")
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
    help="Only environments of this name; may be repeated.",
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
    help="Only jobs that were created so long ago, such as 6h.",
)
@click.option(
    "--include", "form", flag_value="include", help="Write an included file, not a stack file."
)
@click.option("--rules", "form", flag_value="rules", help="Propose a rule that settles the jobs.")
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to this file."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
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
    arguments, every app of the account and region is looked at. With --rules, jobs that are RUNNING
    and 6 hours old are looked for, unless the options say otherwise. No stack is read unless
    --stack or --config-file names one, whose settings then count, its account IDs too.
    """
    output = cwd / output if output is not None else None
    if output is not None and output.exists() and not force:
        raise CommandError(f"{output} is there already: name another file, or use --force")
    if form == "rules":
        statuses, older_than = statuses or (RULE_STATUS,), older_than or RULE_AGE
    from ...client import Selection
    from ..discovered import Proposal

    given = {"--region": region, "--profile": profile, "--endpoint": endpoint}
    settings = Settings()
    if stack is not None or config_file is not None:
        settings = read_config(stack, config_file, cwd).config.settings
    selection = Selection(frozenset(operations), frozenset(statuses))
    apps, found = _discover(
        settings_with(settings, given), app_ids, environments, selection, older_than
    )
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


def _discover(
    settings: Settings,
    app_ids: Sequence[str],
    names: Sequence[str],
    selection: Any,
    older_than: str | None,
) -> tuple[int, Discovery]:
    """Return the number of apps and what was found there. Raises ServiceError."""
    from ...client import connect, connect_apps, list_environments
    from ..discovered import Discovery, in_order, old_enough
    from ..grid import console_for
    from ..progress import enumerating_apps, listing_environments

    clock = SystemClock()
    apps = connect_apps(settings, clock)
    wanted = list(dict.fromkeys(app_ids)) or [app.app_id for app in apps.apps()]
    console = console_for(sys.stderr)
    with enumerating_apps(console, len(wanted)) as on_end:
        environments, failures = _environments(apps, wanted, on_end)
    environments = [each for each in environments if not names or each[1] in names]
    with listing_environments(console, len(environments)) as show:
        service = connect(settings, clock)
        listings = list_environments(service, environments, selection, show.page, show.end)
    for listing in listings:
        if listing.failure is not None:
            failures[joined(*listing.environment)] = said(listing.failure)
    now = time.time()
    jobs = [job for listing in listings for job in listing.jobs]
    if older_than is not None:
        jobs = old_enough(jobs, now, parse_duration(older_than))
    return len(wanted), Discovery(in_order(_usable(jobs)), now, failures)


def _environments(
    apps: AppsService, app_ids: Sequence[str], on_end: Any
) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Return the environments of apps, and why some are missing, by app ID."""
    from ...client import enumerate_environments

    found: list[tuple[str, str]] = []
    failures = {}
    for each in enumerate_environments(apps, app_ids, on_end):
        if each.failure is not None:
            failures[joined(each.app_id)] = said(each.failure)
        elif each.names is None:
            failures[joined(each.app_id)] = (
                "the service has no such app: check its ID and the region"
            )
        else:
            found += [(each.app_id, name) for name in each.names]
    return found, failures


def _usable(jobs: Sequence[ObservedJob]) -> list[ObservedJob]:
    """Return the jobs that can be declared, and warn of the others."""
    from ..discovered import unusable

    for job in jobs:
        reason = unusable(job)
        if reason is not None:
            tell("warning", f"{job.key} is left out: {reason}")
    return [job for job in jobs if unusable(job) is None]


def _content(form: str | None, found: Discovery, apps: int, proposal: Any) -> str | dict[str, Any]:
    from ..discovered import include_file, rule_file, stack_file

    if form == "json":
        jobs = [observed_document(job) for job in found.jobs]
        return {"version": 1, "apps": apps, "jobs": jobs, "failures": dict(found.failures)}
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
