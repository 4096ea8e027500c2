"""`amplify-jobs apply`: make the changes that a plan names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import click

from ...clock import InterruptibleClock
from ..applying import BAD_STATES, Events, Result, signals_into
from ..failures import DONE, FAILED, CommandError, is_terminal, tell
from ..gate import Gate
from ..planning import counts
from ..rows import plural
from ..ruling import errors_of
from ..stacks import Stack, read_config, rules_only_option, stack_options
from ..views import print_results, show_plan, show_results
from ..work import ReadPlan, Work, carry_out, read_plan

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
    help="Updates, and waits for them, that run at once.",
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
    target = replace(read_config(stack, config_file, cwd), rules_only=rules_only)
    gate = Gate()
    read = read_plan(target, InterruptibleClock(gate.closed), gate)
    stream = sys.stderr if as_json else sys.stdout
    show_plan(target, read, stream=stream, everything=everything)
    updates = counts(read.jobs)["update"]
    if updates and not (yes or _confirmed(updates, on_stderr=as_json)):
        tell("error", "not applied; nothing was written")
        return FAILED
    events: Events = SimpleQueue()
    # Up to the end of the report: what was written must be told.
    with signals_into(events):
        results = carry_out(Work(read.reconciler, gate, parallel, stream), read.jobs, events)
        code = _conclude(target, read, results, as_json=as_json)
    return FAILED if errors_of(read.rules) else code


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


def _conclude(target: Stack, read: ReadPlan, results: Sequence[Result], *, as_json: bool) -> int:
    """Print the results and return the exit code, as far as jobs go."""
    bad = sum(result.state in BAD_STATES for result in results)
    if as_json:
        print_results(target, read, results)
    elif counts(read.jobs)["update"]:
        click.echo()
        show_results(target, results)
    elif not (bad or errors_of(read.rules)):
        click.echo("Nothing to do.")
    if bad and not as_json:
        tell("error", f"{plural(bad, 'job')} of {len(results)} not brought to what is declared")
    return FAILED if bad else DONE
