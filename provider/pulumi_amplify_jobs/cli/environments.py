"""Backend environments as arguments: APP/ENVIRONMENT."""

from __future__ import annotations

import click

from ..jobs import key_part_problem

Environment = tuple[str, str]
"""The app ID and the environment's name."""


def environment(text: str) -> Environment:
    """Return the environment that an argument names. Raises click.BadParameter."""
    app_id, slash, name = text.partition("/")
    if not slash or "/" in name:
        raise click.BadParameter(f"{text!r} names no environment: write APP/ENVIRONMENT")
    for what, part in (("app ID", app_id), ("environment", name)):
        problem = key_part_problem(part)
        if problem:
            raise click.BadParameter(f"{text!r}: the {what} {problem}")
    return app_id, name


def spelt(environment: Environment) -> str:
    """Return the environment as it is written."""
    return "/".join(environment)
