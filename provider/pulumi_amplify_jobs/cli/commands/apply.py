"""`amplify-jobs apply`: make the changes that a plan names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue

import click

from ...clock import InterruptibleClock
from ..applying import BAD_STATES, Events, Result, signals_into
from ..failures import DONE, FAILED, CommandError, is_terminal, tell
from ..gate import Gate
from ..planning import counts
from ..rows import plural
from ..stacks import Stack, read_config, stack_options
from ..views import print_results, show_plan, show_results
from ..work import Work, carry_out, read_plan

MOST_PARALLEL = 32
"""As many connections as one client keeps."""


@click.command()
@stack_options
@click.option("-a", "--all", "everything", is_flag=True, help="Show jobs as declared, too.")
@click.option("-y", "--yes", is_flag=True, help="Apply without asking.")
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
    as_json: bool,
    parallel: int,
) -> int:
    """Make the changes that plan shows, after asking.

    Only what was shown is written: a job that moved since is refused. Ctrl-C stops before the next
    write, and what was done and what was not is listed.
    """
    target = read_config(stack, config_file, cwd)
    gate = Gate()
    reconciler, planned = read_plan(target, InterruptibleClock(gate.closed), gate)
    stream = sys.stderr if as_json else sys.stdout
    show_plan(target, planned, stream=stream, everything=everything)
    updates = counts(planned)["update"]
    if updates and not (yes or _confirmed(updates, on_stderr=as_json)):
        tell("error", "not applied; nothing was written")
        return FAILED
    events: Events = SimpleQueue()
    # Up to the end of the report: what was written must be told.
    with signals_into(events):
        results = carry_out(Work(reconciler, gate, parallel, stream), planned, events)
        return _conclude(target, results, as_json=as_json, anything=updates > 0)


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


def _conclude(target: Stack, results: Sequence[Result], *, as_json: bool, anything: bool) -> int:
    """Print the results and return the exit code."""
    bad = sum(result.state in BAD_STATES for result in results)
    if as_json:
        print_results(target, results)
    elif anything:
        click.echo()
        show_results(target, results)
    elif not bad:
        click.echo("Nothing to do.")
    if bad and not as_json:
        tell("error", f"{plural(bad, 'job')} of {len(results)} not brought to what is declared")
    return FAILED if bad else DONE
