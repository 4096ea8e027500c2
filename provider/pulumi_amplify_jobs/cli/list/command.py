"""`amplify-jobs list`: the live jobs of environments."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...clock import SystemClock
from ...domain.clock_skew import clock_warning
from ...domain.jobs import OPERATIONS, STATUSES
from ...domain.keys import Environment
from ...settings import BY_OPTIONS, Settings
from ..errors import DONE, FAILED, CommandError, folded, said, tell
from ..lazy_group import PlainEpilog
from ..options import connection_options, environment, known_values
from ..plan.documents import print_document
from ..stack import Stack, read_config, stack_options
from .listed import ListedJob, doubts, empty_environments, in_order, list_document, summary

if TYPE_CHECKING:
    from ...client import JobsService, Listing, Selection

EPILOG = """
Examples:
  amplify-jobs list                           # environments of the only stack
  amplify-jobs list d2abcdefgh1234/prod       # one, and no stack is needed
  amplify-jobs list -s prod --status RUNNING  # what may block a deploy

JSON document (--json):
  version         1
  environments    appId, backendEnvironmentName, jobs (their number), error
  jobs            each field by the service's name, ageSeconds and idleSeconds;
                  null where the service says nothing, or a time is in doubt
  warnings        what is in doubt, in one line each

Exit codes:
  0  done
  1  an error; what was read before it is shown
"""


NO_JOBS = "no jobs; check the spelling, an unknown app or environment has none either"
NO_MATCH = "no job matches the options"


@click.command("list", cls=PlainEpilog, epilog=EPILOG)
@click.argument("environments", metavar="[APP/ENVIRONMENT]...", nargs=-1, type=environment)
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
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="Show the first N jobs; all if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@stack_options
@connection_options
def listing(
    environments: tuple[Environment, ...],
    statuses: tuple[str, ...],
    operations: tuple[str, ...],
    limit: int | None,
    as_json: bool,
    stack: str | None,
    config_file: Path | None,
    cwd: Path,
    region: str | None,
    profile: str | None,
    endpoint: str | None,
) -> int:
    """Show the live jobs of environments, the oldest RUNNING job first.

    RUNNING jobs come first, the oldest on top, then the others, the newest on top. Age is the time
    since createTime, idle the time since updateTime.

    Without arguments, the environments are those of the jobs that the stack's config declares. With
    arguments, no stack is read unless --stack or --config-file names one. Settings come from the
    options, then from the stack, then from the AWS environment.
    """
    from ...client import Selection
    from ...services import connect

    settings = Settings(advice=BY_OPTIONS)
    if stack is not None or config_file is not None or not environments:
        target = read_config(stack, config_file, cwd)
        settings = target.config.settings
        environments = environments or declared_environments(target)
    given = {"--region": region, "--profile": profile, "--endpoint": endpoint}
    selection = Selection(frozenset(operations), frozenset(statuses))
    _warn_of_unseen("--operation", operations, OPERATIONS)
    _warn_of_unseen("--status", statuses, STATUSES)
    if not environments:
        raise CommandError("the stack declares no job: name environments, as APP/ENVIRONMENT")
    services = connect(settings_with(settings, given), SystemClock())
    listings = _read(services.jobs, list(dict.fromkeys(environments)), selection)
    now = time.time()
    jobs = in_order(listings, now)
    warnings = list(
        filter(None, [clock_warning(services.service_clock.ahead), *doubts(jobs[:limit], now)])
    )
    for line in warnings:
        tell("warning", line)
    failures = tell_failures(listings)
    if as_json:
        print_document(list_document(listings, jobs[:limit], failures, warnings))
    elif jobs or len(failures) < len(listings):
        for name in empty_environments(listings):
            tell("note", f"{name}: {NO_JOBS if selection == Selection() else NO_MATCH}")
        _show(listings, jobs, limit or len(jobs))
    return FAILED if failures else DONE


def declared_environments(target: Stack) -> tuple[Environment, ...]:
    """Return the environments of the jobs that a stack declares, each once."""
    found = (job.declared for job in target.config.latest.values())
    jobs = (*target.config.jobs.values(), *found)
    return tuple(dict.fromkeys(job.key.environment for job in jobs))


def settings_with(settings: Settings, given: Mapping[str, str | None]) -> Settings:
    """Return the settings with what the options give. Raises ConfigError."""
    if not any(value is not None for value in given.values()):
        return settings
    from ...config import overridden

    return overridden(settings, given)


def _warn_of_unseen(option: str, values: Sequence[str], known: Sequence[str]) -> None:
    for value in values:
        if value not in known:
            from ...config import suggestion

            hint = suggestion(value, known)
            tell("warning", f"{option} {value} is not a known value: {hint}")


def _read(
    service: JobsService, environments: Sequence[Environment], selection: Selection
) -> list[Listing]:
    """List the environments, and show how far that is."""
    from ...client import list_environments
    from ..progress import listing_environments
    from ..tables import console_for

    with listing_environments(console_for(sys.stderr), len(environments)) as show:
        return list_environments(service, environments, selection, show.page, show.end)


def tell_failures(listings: Sequence[Listing]) -> dict[str, str]:
    """Tell what could not be read, and return it by environment, written APP/ENVIRONMENT."""
    failures = {
        str(each.environment): each.failure for each in listings if each.failure is not None
    }
    for line in folded(failures, "environments"):
        tell("error", line)
    return {name: said(failure) for name, failure in failures.items()}


def _show(listings: Sequence[Listing], jobs: Sequence[ListedJob], shown: int) -> None:
    """Print the first jobs as a table."""
    from ..tables import console_for, write_report
    from .table import ONE_ENVIRONMENT, SEVERAL_ENVIRONMENTS, listed_table

    title, columns = f"Live jobs of {listings[0].environment!s}", ONE_ENVIRONMENT
    if len(listings) > 1:
        title, columns = "Live jobs", SEVERAL_ENVIRONMENTS
    table = listed_table(jobs[:shown], columns, console_for(sys.stdout).width) if jobs else None
    write_report(sys.stdout, title, table, summary(jobs, len(listings), min(shown, len(jobs))))
