"""`amplify-jobs plan`: show what would be changed."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial

import click

from ...clock import SystemClock
from ...services import connect
from ..errors import DONE, FAILED, PENDING
from ..options import json_option
from ..stack import StackOptions, all_option, rules_only_option, stack_options, targets_of
from ..target_options import TargetOptions, target_options
from .display import print_plan, read_plan, show_plan


@click.command()
@stack_options
@target_options
@all_option
@rules_only_option
@json_option
def plan(
    options: StackOptions,
    targets: TargetOptions,
    everything: bool,
    rules_only: bool,
    as_json: bool,
) -> int:
    """Show what apply would change: each job as it is now, and as it should be.

    Jobs that a rule matches are listed below the declared ones, under the rule's name.

    Exits with 0 if there is nothing to do, and with 2 if changes are pending.
    """
    stack = replace(options.read(targets), rules_only=rules_only)
    planned = read_plan(targets_of(stack, partial(connect, clock=SystemClock())), stack)
    if as_json:
        print_plan(stack, planned)
    else:
        show_plan(stack, planned, stream=sys.stdout, everything=everything)
    if planned.count["error"] or planned.refused_rules:
        return FAILED
    return PENDING if planned.count["update"] else DONE
