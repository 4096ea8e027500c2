"""The options that say how to reach AWS, before what the stack's config says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

CommandT = TypeVar("CommandT", bound=Callable[..., object])


def connection_options(command: CommandT) -> CommandT:
    """Add `region`, `profile` and `endpoint`."""
    options = (
        click.option("--region", metavar="REGION", help="The AWS region."),
        click.option("--profile", metavar="NAME", help="The AWS profile."),
        click.option("--endpoint", metavar="URL", help="The service's URL, for an emulator."),
    )
    for option in reversed(options):
        command = option(command)
    return command
