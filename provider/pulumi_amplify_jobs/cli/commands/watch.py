"""`amplify-jobs watch`: follow jobs until they are as declared."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...clock import SystemClock
from ...durations import parse_duration
from ...settings import BY_OPTIONS, Settings
from ...skew import ServiceClock
from ..connection import connection_options
from ..environments import Environment, environment
from ..failures import CommandError, tell
from ..lazy import PlainEpilog
from ..stacks import read_config, stack_options
from .discover import duration_option
from .listing import declared_environments, settings_with

if TYPE_CHECKING:
    from ...client import Census
    from ...jobs import App
    from ...rules import Rule

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
    that its rules match, whatever their limit. Other jobs that run stand below. Where no stack is
    read, as only environments are named, the watch ends when nothing runs there any more. On a
    terminal the table stays in place; elsewhere each change is a line.
    """
    from ...client import Census, connect, connect_apps
    from ..looking import Watch, unfit_names, watch_until_done
    from ..watch_views import showing

    settings, jobs, latest, rules = Settings(advice=BY_OPTIONS), [], [], []
    if stack is not None or config_file is not None or not environments:
        target = read_config(stack, config_file, cwd)
        settings = target.config.settings
        own = set(environments) or set(declared_environments(target))
        jobs = [job for job in target.declared if job.key.environment in own]
        latest = [each for each in target.latest if each.declared.key.environment in own]
        rules = [declared.rule for declared in target.config.rules.values()]
        environments = environments or declared_environments(target)
    if not environments:
        raise CommandError("the stack declares no job: name environments, as APP/ENVIRONMENT")
    given = {"--region": region, "--profile": profile, "--endpoint": endpoint}
    settings, clock, service_clock = settings_with(settings, given), SystemClock(), ServiceClock()
    service = connect(settings, clock, service_clock)
    census = Census(connect_apps(settings, clock, service_clock), service, service_clock)
    for line in unfit_names(census, rules):
        tell("warning", line)
    watched = Watch(
        service=service,
        clock=clock,
        environments=tuple(dict.fromkeys(environments)),
        jobs=jobs,
        latest=latest,
        rules=rules,
        apps=_apps_for(rules, census),
        interval=parse_duration(interval),
        timeout=parse_duration(timeout),
        service_clock=service_clock,
    )
    with showing(sys.stdout) as show:
        return watch_until_done(watched, show, time.time)


def _apps_for(rules: Sequence[Rule], census: Census) -> dict[str, App]:
    """Return all apps by ID where a rule goes by their names or tags. Raises ServiceError."""
    if all(rule.apps.goes_by_id for rule in rules):
        return {}
    return {app.app_id: app for app in census.apps()}
