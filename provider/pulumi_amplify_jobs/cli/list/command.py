"""`amplify-jobs list`: the live jobs of environments."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from ...clock import SystemClock
from ...domain.clock_skew import clock_warning
from ...domain.jobs import OPERATIONS, STATUSES
from ...domain.keys import Environment
from ..alike import folded
from ..errors import DONE, FAILED, CommandError, notify, said
from ..lazy_group import PlainEpilog
from ..options import (
    ConnectionOptions,
    connection_options,
    environment,
    json_option,
    operations_option,
    statuses_option,
)
from ..output import json_text, write
from ..stack import StackOptions, stack_options, targets_of
from ..target_options import TargetOptions, failed_in, target_options

if TYPE_CHECKING:
    from ...client.environment_jobs import Listing
    from .table import ListedJob

EPILOG = """
Examples:
  amplify-jobs list                           # environments of the only stack
  amplify-jobs list d2abcdefgh1234/prod       # one, and no stack is needed
  amplify-jobs list -s prod --status RUNNING  # what may block a deploy

JSON document (--json):
  version         2
  environments    appId, backendEnvironmentName, target, jobs (their number),
                  error
  jobs            each field by the service's name, target, ageSeconds and
                  idleSeconds; null where the service says nothing, a time is
                  in doubt, or there is no target
  warnings        what is in doubt, in one line each

Exit codes:
  0  done
  1  an error; what was read before it is shown
"""


NO_JOBS = "no jobs; check spelling and region, as an unknown app or environment has none either"
NO_MATCH = "no job matches the options"


@click.command("list", cls=PlainEpilog, epilog=EPILOG)
@click.argument("environments", metavar="[APP/ENVIRONMENT]...", nargs=-1, type=environment)
@statuses_option
@operations_option
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="Show the first N jobs; all if not given.",
)
@json_option
@stack_options
@target_options
@connection_options
def listing(
    options: StackOptions,
    targets: TargetOptions,
    connection: ConnectionOptions,
    environments: tuple[Environment, ...],
    statuses: tuple[str, ...],
    operations: tuple[str, ...],
    limit: int | None,
    as_json: bool,
) -> int:
    """Show the live jobs of environments, the oldest RUNNING job first.

    RUNNING jobs come first, oldest first, then the others, newest first. Age is the time since
    createTime, idle the time since updateTime.

    Without arguments, the environments are those of the jobs that the stack's config declares. With
    arguments, no stack is read unless --stack or --config-file names one. Settings come from the
    options, then from the stack, then from the AWS environment.
    """
    from ...client.environment_jobs import Selection
    from ...services import connect
    from ..progress import list_shown

    stack = options.read_if_named(targets) if environments else options.read(targets)
    places = stack.places(environments, targets.named(stack.config.targets))
    _warn_of_unseen("--operation", operations, OPERATIONS)
    _warn_of_unseen("--status", statuses, STATUSES)
    if not places and targets.shard is None:
        raise CommandError("the stack declares no jobs: name environments as APP/ENVIRONMENT")
    services = targets_of(stack, partial(connect, clock=SystemClock()), connection)
    selection = Selection(frozenset(operations), frozenset(statuses))
    listings = list_shown(services, places, selection)
    skews = (services[name].service_clock.ahead for name in places)
    clocks = list(dict.fromkeys(filter(None, map(clock_warning, skews))))
    none = NO_JOBS if selection == Selection() else NO_MATCH
    failures = _show(listings, clocks, limit, none, as_json=as_json)
    return FAILED if failures else DONE


def _warn_of_unseen(option: str, values: Sequence[str], known: Sequence[str]) -> None:
    for value in values:
        if value not in known:
            from ...config.diagnostics import suggestion

            hint = suggestion(value, known)
            notify("warning", f"{option} {value} is not a known value: {hint}")


def _show(
    listings: Sequence[Listing],
    clocks: Sequence[str],
    limit: int | None,
    none: str,
    *,
    as_json: bool,
) -> dict[str, str]:
    """Print what was listed, and return why something could not be, by environment."""
    from .table import doubts, in_order, list_document

    now = time.time()
    jobs = in_order(listings, now)
    warnings = [*clocks, *doubts(jobs[:limit], now)]
    for line in warnings:
        notify("warning", line)
    errors = {each.place: each.failure for each in listings if each.failure is not None}
    for line in folded(errors, "environments"):
        notify("error", line)
    failures = {name: said(error) for name, error in errors.items()}
    if as_json:
        write(json_text(list_document(listings, jobs[:limit], failures, warnings)))
    elif jobs or len(failures) < len(listings):
        for each in listings:
            if not each.jobs and each.failure is None:
                notify("note", f"{each.place}: {none}")
        _print_table(listings, jobs, limit or len(jobs))
    return failures


def _print_table(listings: Sequence[Listing], jobs: Sequence[ListedJob], shown: int) -> None:
    """Print the first jobs as a table."""
    from ..tables import write_report
    from .table import ONE_ENVIRONMENT, SEVERAL_ENVIRONMENTS, TARGET, listed_table, summary

    title, columns = f"Live jobs of {listings[0].place}", ONE_ENVIRONMENT
    if len(listings) > 1:
        title, columns = "Live jobs", SEVERAL_ENVIRONMENTS
    if len({each.target for each in listings}) > 1:
        columns = (columns[0], TARGET, *columns[1:])
    table = listed_table(jobs[:shown], columns) if jobs else None
    failed = failed_in(each.target for each in listings if each.failure is not None)
    last = f"{summary(jobs, len(listings), min(shown, len(jobs)))}{failed}"
    write_report(sys.stdout, title, table, last)
