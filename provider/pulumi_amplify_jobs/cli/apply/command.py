"""`amplify-jobs apply`: make the changes that a plan names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import click

from ...clock import InterruptibleClock
from ...errors import plural
from ...reconcile.writes import Writes
from ...services import connect
from ..errors import DONE, FAILED, notify
from ..plan.display import read_plan, show_plan
from ..plan.stack_plan import StackPlan
from ..prompt import confirmed
from ..stack import (
    Stack,
    StackOptions,
    all_option,
    rules_only_option,
    stack_options,
    targets_of,
)
from ..target_options import TargetOptions, target_options
from .run import BAD_STATES, Applying, Result, signals_as_events

MOST_PARALLEL = 32
"""As many connections as one client keeps."""


@click.command()
@stack_options
@target_options
@all_option
@click.option("-y", "--yes", is_flag=True, help="Apply without asking.")
@rules_only_option
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON document.")
@click.option(
    "--parallel",
    metavar="N",
    type=click.IntRange(1, MOST_PARALLEL),
    default=10,
    show_default=True,
    help="How many updates, with their waits, run at once.",
)
def apply(
    options: StackOptions,
    targets: TargetOptions,
    everything: bool,
    yes: bool,
    rules_only: bool,
    as_json: bool,
    parallel: int,
) -> int:
    """Make the changes that plan shows, after asking.

    Only what was shown is written: a job that moved since is refused. Ctrl-C stops before the next
    write, and lists what was done and what was not.

    With --rules-only, only jobs that amplify-jobs:rules match are settled: for a pipeline that runs
    every few minutes and keeps no state.
    """
    # Here, not above: botocore comes with it, and --help has no use for it.
    from .display import following, tell_results

    stack = replace(options.read(targets), rules_only=rules_only)
    writes = Writes()
    clock = InterruptibleClock(writes.stopped)
    services = targets_of(stack, partial(connect, clock=clock, guarded=writes.guarded))
    planned = read_plan(services, stack)
    stream = sys.stderr if as_json else sys.stdout
    show_plan(stack, planned, stream=stream, everything=everything)
    updates = planned.count["update"]
    these = "this update" if updates == 1 else f"these {updates} updates"
    if updates and not (yes or confirmed(f"Apply {these}?", on_stderr=as_json)):
        notify("error", "not applied; nothing was written")
        return FAILED
    # Up to the end of the report, so that it is whole.
    with signals_as_events() as events:
        applying = Applying(services, writes, events)
        # Into a closed pipe or on a full disk, nothing is shown; the results fail there, too.
        with suppress(OSError), following(stream, updates) as show:
            applying.carry_out(planned.jobs, parallel, show)
        results = applying.results_of(planned.jobs)
        try:
            code = _conclude(stack, planned, results, as_json=as_json)
        except OSError:
            with suppress(OSError):
                tell_results(results)
            raise
    return FAILED if planned.refused_rules else code


def _conclude(stack: Stack, planned: StackPlan, results: Sequence[Result], *, as_json: bool) -> int:
    """Print the results and return the exit code, as far as jobs go."""
    from .display import print_results, show_results

    bad = sum(result.state in BAD_STATES for result in results)
    if as_json:
        print_results(stack, planned, results)
    elif planned.count["update"]:
        click.echo()
        show_results(stack, planned, results)
    elif not (bad or planned.refused_rules):
        click.echo("Nothing to do.")
    if bad and not as_json:
        total = plural(len(results), "job")
        notify("error", f"{bad} of {total} not brought to the declared state")
    return FAILED if bad else DONE
