"""`amplify-jobs watch`: follow jobs until they are as declared."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from functools import partial

import click

from ...clock import SystemClock
from ...domain.keys import Environment
from ...domain.times import parse_duration
from ..errors import CommandError, notify
from ..lazy_group import PlainEpilog
from ..options import ConnectionOptions, connection_options, duration_option, environment
from ..stack import StackOptions, stack_options, targets_of
from ..target_options import TargetOptions, all_target_options

NOTHING_RUNS = "no job runs; check the spelling, as none runs in an unknown environment either"

EPILOG = """
Examples:
  amplify-jobs watch --stack prod                       until all is as declared
  amplify-jobs watch d2abcdefgh1234/prod --timeout 10m  until nothing runs there

Exit codes:
  0  every declared job is as declared, or left alone by its config
  1  an error that waiting won't fix, or one that lasted until the timeout
  2  timed out, and changes are pending
"""


@click.command(cls=PlainEpilog, epilog=EPILOG)
@click.argument("environments", metavar="[APP/ENVIRONMENT]...", nargs=-1, type=environment)
@duration_option("--timeout", default="30m", help_text="How long to watch at most.")
@duration_option("--interval", default="5s", help_text="The time between two looks.")
@stack_options
@all_target_options
@connection_options
def watch(
    options: StackOptions,
    targets: TargetOptions,
    connection: ConnectionOptions,
    environments: tuple[Environment, ...],
    timeout: str,
    interval: str,
) -> int:
    """Follow the jobs of environments until they are as declared. Nothing is ever written.

    Each job that the stack declares or that its rules match is shown with its age, its state and
    what the stack would do to it. If a rule is refused, as in a plan, the watch ends, since nothing
    will be written for it. Other running jobs are listed below. If only environments are named, no
    stack is read, and the watch ends when nothing is running there. On a terminal the table is
    updated in place; elsewhere each change is a line.
    """
    from ...services import connect
    from .display import showing
    from .look import Watch, watch_until_done

    stack = options.read_if_named(targets) if environments else options.read(targets)
    places = stack.places(environments, targets.named(stack.config.targets))
    if not (places or stack.config.rules):
        raise CommandError("the stack declares no jobs: name environments as APP/ENVIRONMENT")
    clock = SystemClock()
    watched = Watch(
        targets=targets_of(stack, partial(connect, clock=clock), connection),
        clock=clock,
        stack=replace(stack, environments=frozenset(environments)),
        environments=places,
        interval=parse_duration(interval),
        timeout=parse_duration(timeout),
    )
    with showing(sys.stdout) as show:
        end = watch_until_done(watched, show, time.time)
    # Not before: a screen of its own takes with it what is told meanwhile.
    for line in end.errors:
        notify("error", line)
    for each in end.unseen:
        notify("note", f"{each}: {NOTHING_RUNS}")
    return end.code
