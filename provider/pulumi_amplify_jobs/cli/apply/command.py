"""`amplify-jobs apply`: make the changes that a plan names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import click

from ...clock import InterruptibleClock
from ...services import connect
from ..errors import DONE, FAILED, CommandError, is_terminal, tell
from ..plan.job_plans import counts
from ..plan.rows import plural
from ..plan.stack_plan import StackPlan
from ..plan.views import print_results, read_plan, show_plan, show_results
from ..stack import Stack, read_config, rules_only_option, stack_options
from .run import BAD_STATES, Events, Result, Run, signals_into
from .writes import InterruptibleService, Writes

MOST_PARALLEL = 32
"""As many connections as one client keeps."""


@click.command()
@stack_options
@click.option("-a", "--all", "everything", is_flag=True, help="Show jobs as declared, too.")
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
    stack: str | None,
    config_file: Path | None,
    cwd: Path,
    everything: bool,
    yes: bool,
    rules_only: bool,
    as_json: bool,
    parallel: int,
) -> int:
    """Make the changes that plan shows, after asking.

    Only what was shown is written: a job that moved since is refused. Ctrl-C stops before the next
    write, and what was done and what was not is listed.

    With --rules-only, only what amplify-jobs:rules find is settled: for a pipeline that runs every
    few minutes, with no state to keep.
    """
    # Here, not above: rich is slow to load, and --help has no use for it.
    from ..progress import following
    from ..tables import console_for

    target = replace(read_config(stack, config_file, cwd), rules_only=rules_only)
    writes = Writes()
    services = connect(
        target.config.settings,
        InterruptibleClock(writes.stopped),
        lambda service: InterruptibleService(service, writes),
    )
    read = read_plan(services, target)
    stream = sys.stderr if as_json else sys.stdout
    show_plan(target, read, stream=stream, everything=everything)
    updates = counts(read.jobs)["update"]
    if updates and not (yes or _confirmed(updates, on_stderr=as_json)):
        tell("error", "not applied; nothing was written")
        return FAILED
    events: Events = SimpleQueue()
    # Up to the end of the report: what was written must be told.
    with signals_into(events):
        with following(console_for(stream), updates) as show:
            run = Run(services.reconciler, writes, show, events)
            results = run.carry_out(read.jobs, parallel)
        code = _conclude(target, read, results, as_json=as_json)
    return FAILED if read.rule_errors else code


def _confirmed(updates: int, *, on_stderr: bool) -> bool:
    """Ask the user. Raises CommandError where there is nobody to ask."""
    if not is_terminal(sys.stdin):
        raise CommandError("can't ask without a terminal, nothing was written; use --yes to apply")
    these = "this update" if updates == 1 else f"these {updates} updates"
    while True:
        # Not click.confirm: it calls a slip an "Error: invalid input" and leaves the user guessing.
        given = click.prompt(f"Apply {these}? [y/N]", default="", show_default=False, err=on_stderr)
        answer = given.strip().lower()
        if answer in ("y", "yes", "n", "no", ""):
            return answer in ("y", "yes")
        tell("error", "answer y or n")


def _conclude(target: Stack, read: StackPlan, results: Sequence[Result], *, as_json: bool) -> int:
    """Print the results and return the exit code, as far as jobs go."""
    bad = sum(result.state in BAD_STATES for result in results)
    if as_json:
        print_results(target, read, results)
    elif counts(read.jobs)["update"]:
        click.echo()
        show_results(target, results)
    elif not (bad or read.rule_errors):
        click.echo("Nothing to do.")
    if bad and not as_json:
        tell("error", f"{plural(bad, 'job')} of {len(results)} not brought to the declared state")
    return FAILED if bad else DONE
