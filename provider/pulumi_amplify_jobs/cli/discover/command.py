"""`amplify-jobs discover`: find jobs, and write the config that declares them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...clock import SystemClock
from ..errors import DONE, FAILED, CommandError, notify, said
from ..lazy_group import PlainEpilog
from ..options import ConnectionOptions, connection_options
from ..output import VERSION, json_text, observed_document, write
from ..stack import StackOptions, settings_of_a_stack_options, targets_of
from ..target_options import TargetOptions, target_options, where
from .search import Search, search_options

if TYPE_CHECKING:
    from .config import Discovery

EPILOG = """
Examples:
  amplify-jobs discover --status RUNNING --older-than 6h  # as a stack file
  amplify-jobs discover d2abcdefgh1234 --include -o jobs/shop.yaml
  amplify-jobs discover --rules                           # as a rule

JSON document (--json):
  version    2
  apps       the number of apps that were searched
  jobs       each field by the service's name, and target (null: none)
  failures   why something is missing, by app, app/environment or target
  warnings   what is in doubt, in one line each

Exit codes:
  0  done
  1  an error; what could be read is still written
"""

LARGE = 100
"""KiB from which on stack config comes near what the language host can hand to a program."""

RULE_STATUS = "RUNNING"
RULE_AGE = "6h"


@click.command(cls=PlainEpilog, epilog=EPILOG)
@search_options
@click.option(
    "--include", "form", flag_value="include", help="Write an included file, not a stack file."
)
@click.option("--rules", "form", flag_value="rules", help="Propose a rule that settles the jobs.")
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to this file."
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@settings_of_a_stack_options
@target_options
@connection_options
def discover(
    search: Search,
    options: StackOptions,
    targets: TargetOptions,
    connection: ConnectionOptions,
    form: str | None,
    output: Path | None,
    force: bool,
) -> int:
    """Find the jobs of apps, and write the config that declares them as they are.

    With what is written, `pulumi up` adopts the jobs and changes none of them. Without arguments,
    every app of the account and region is searched; an argument may be a pattern with * and ?. With
    --rules, jobs that are RUNNING and at least 6 hours old are searched for, unless the options say
    otherwise. No stack is read unless --stack, --config-file or an option for targets asks for it;
    its settings then apply, including its account IDs.
    """
    from ...services import connect
    from .find import discover_jobs, naming

    output = options.cwd / output if output is not None else None
    if output is not None and output.exists() and not force:
        raise CommandError(f"{output} already exists: name another file, or use --force")
    if form == "rules":
        age, statuses = search.older_than or RULE_AGE, search.statuses or (RULE_STATUS,)
        search = replace(search, older_than=age, statuses=statuses)
    stack = options.read_if_named(targets)
    services = targets_of(stack, partial(connect, clock=SystemClock()), connection)
    known = stack.config.targets
    # Where there are targets, only these are searched.
    chosen = [name for name in targets.chosen(known) if name or not known]
    found = discover_jobs(services, chosen, search)
    for line in found.warnings:
        notify("warning", line)
    settings = {f"amplify-jobs:{name}": value for name, value in connection.given.items()}
    places = {name: where(stack.config.targets[name].settings) for name in chosen if name}
    content = _content(form, replace(found, settings=settings, targets=places), search)
    write(content, output)
    if output is not None:
        notify("note", f"wrote {output}")
    for place, failure in found.failures.items():
        notify("error", naming(place, failure))
    return FAILED if found.failures else DONE


def _content(form: str | None, found: Discovery, search: Search) -> str:
    from .config import include_file, rule_file, stack_file

    if form == "json":
        document = {
            "version": VERSION,
            "apps": found.apps,
            "jobs": [observed_document(job) for job in found.jobs],
            "failures": {place: said(failure) for place, failure in found.failures.items()},
            "warnings": list(found.warnings),
        }
        return json_text(document)
    if form == "rules":
        return rule_file(found, search)
    if form == "include":
        return include_file(found)
    content = stack_file(found)
    size = len(content.encode()) // 1024
    if size >= LARGE:
        advice = "use --include, split into several files"
        notify("warning", f"{size} KiB is too much for stack config: {advice}")
    return content
