"""`amplify-jobs watch`: follow jobs until they are as declared."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import click

from ...clock import SystemClock
from ...domain.keys import Environment
from ...domain.times import parse_duration
from ...settings import BY_OPTIONS, Settings
from ..discover.command import duration_option
from ..errors import CommandError
from ..lazy_group import PlainEpilog
from ..list.command import declared_environments, settings_with
from ..options import connection_options, environment
from ..stack import Stack, read_config, stack_options

EPILOG = """
Examples:
  amplify-jobs watch --stack prod                       until all is as declared
  amplify-jobs watch d2abcdefgh1234/prod --timeout 10m  until nothing runs there

Exit codes:
  0  every declared job is as declared, or left alone by its config
  1  an error that no waiting mends, or one that lasted until the timeout
  2  the timeout is over, and changes are pending
"""


@click.command(cls=PlainEpilog, epilog=EPILOG)
@click.argument("environments", metavar="[APP/ENVIRONMENT]...", nargs=-1, type=environment)
@click.option(
    "--timeout",
    metavar="DURATION",
    type=duration_option,
    default="30m",
    show_default=True,
    help="The longest to watch.",
)
@click.option(
    "--interval",
    metavar="DURATION",
    type=duration_option,
    default="5s",
    show_default=True,
    help="Between two looks.",
)
@stack_options
@connection_options
def watch(
    environments: tuple[Environment, ...],
    timeout: str,
    interval: str,
    stack: str | None,
    config_file: Path | None,
    cwd: Path,
    region: str | None,
    profile: str | None,
    endpoint: str | None,
) -> int:
    """Follow the jobs of environments until they are as declared. Nothing is ever written.

    Each job stands with its age, its state, and what the stack would do to it: its jobs, and those
    that its rules match. Where a rule is refused, as in a plan, the watch ends, since nobody will
    write what it matches. Other jobs that run stand below. Where no stack is read, as only
    environments are named, the watch ends when nothing runs there any more. On a terminal the table
    stays in place; elsewhere each change is a line.
    """
    from ...config import StackConfig
    from ...services import connect
    from .display import showing
    from .loop import Watch, watch_until_done

    target = Stack("", StackConfig({}, Settings(advice=BY_OPTIONS)))
    if stack is not None or config_file is not None or not environments:
        target = replace(read_config(stack, config_file, cwd), environments=frozenset(environments))
        environments = environments or declared_environments(target)
    if not (environments or target.config.rules):
        raise CommandError("the stack declares no job: name environments, as APP/ENVIRONMENT")
    given = {"--region": region, "--profile": profile, "--endpoint": endpoint}
    watched = Watch(
        services=connect(settings_with(target.config.settings, given), SystemClock()),
        stack=target,
        environments=tuple(dict.fromkeys(environments)),
        interval=parse_duration(interval),
        timeout=parse_duration(timeout),
    )
    with showing(sys.stdout) as show:
        return watch_until_done(watched, show, time.time)
