"""`amplify-jobs plan`: show what would be changed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...clock import SystemClock
from ..failures import DONE, FAILED, PENDING
from ..planning import counts
from ..stacks import read_config, stack_options
from ..views import print_plan, show_plan
from ..work import read_plan


@click.command()
@stack_options
@click.option("-a", "--all", "everything", is_flag=True, help="Show jobs as declared, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def plan(
    stack: str | None, config_file: Path | None, cwd: Path, everything: bool, as_json: bool
) -> int:
    """Show what apply would change: each job as it is live, and as it is wanted.

    Exits with 0 where there is nothing to do, and with 2 where changes are pending.
    """
    target = read_config(stack, config_file, cwd)
    _, planned = read_plan(target, SystemClock())
    if as_json:
        print_plan(target, planned)
    else:
        show_plan(target, planned, stream=sys.stdout, everything=everything)
    count = counts(planned)
    if count["error"]:
        return FAILED
    return PENDING if count["update"] else DONE
