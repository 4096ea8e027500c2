"""`amplify-jobs plan`: show what would be changed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from ...clock import SystemClock
from ...services import connect
from ..errors import DONE, FAILED, PENDING
from ..stack import read_config, rules_only_option, stack_options
from .job_plans import counts
from .views import print_plan, read_plan, show_plan


@click.command()
@stack_options
@click.option("-a", "--all", "everything", is_flag=True, help="Show jobs as declared, too.")
@rules_only_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def plan(
    stack: str | None,
    config_file: Path | None,
    cwd: Path,
    everything: bool,
    rules_only: bool,
    as_json: bool,
) -> int:
    """Show what apply would change: each job as it is live, and as it is wanted.

    Jobs that a rule matches stand below the declared ones, under the rule's name.

    Exits with 0 where there is nothing to do, and with 2 where changes are pending.
    """
    target = replace(read_config(stack, config_file, cwd), rules_only=rules_only)
    read = read_plan(connect(target.config.settings, SystemClock()), target)
    if as_json:
        print_plan(target, read)
    else:
        show_plan(target, read, stream=sys.stdout, everything=everything)
    count = counts(read.jobs)
    if count["error"] or read.rule_errors:
        return FAILED
    return PENDING if count["update"] else DONE
