"""Backend environments as arguments: APP/ENVIRONMENT."""

from __future__ import annotations

import click

from ..key_text import joined, parts_of
from ..names import is_pattern, name_problem

Environment = tuple[str, str]
"""The app ID and the environment's name."""


def environment(text: str) -> Environment:
    """Return the environment that an argument names. Raises click.BadParameter."""
    try:
        parts = parts_of(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} {error}") from None
    if len(parts) != 2:
        how = "write APP/ENVIRONMENT, and a / inside a name as %2F"
        raise click.BadParameter(f"{text!r} names no environment: {how}")
    app_id, name = parts
    for what, part in (("app ID", app_id), ("environment", name)):
        problem = name_problem(part)
        if problem is None and is_pattern(part):
            problem = "is a pattern: name one environment (rules and discover take patterns)"
        if problem:
            raise click.BadParameter(f"{text!r}: the {what} {problem}")
    return app_id, name


def spelt(environment: Environment) -> str:
    """Return the environment as it is written."""
    return joined(*environment)
