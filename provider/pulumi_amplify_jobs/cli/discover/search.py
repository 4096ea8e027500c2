"""The options of discover that say which jobs are to be found."""

from __future__ import annotations

from dataclasses import dataclass

import click

from ...domain.name_patterns import name_problem
from ..options import bundled, duration, operations_option, statuses_option


def _name(text: str) -> str:
    problem = name_problem(text)
    if problem:
        raise click.BadParameter(f"{text!r} {problem}")
    return text


def _app_id(text: str) -> str:
    if "/" in _name(text):
        raise click.BadParameter(f"{text!r} is not an app ID: write it without a slash")
    return text


@dataclass(frozen=True)
class Search:
    """Which jobs are to be found; where nothing is given, there is no such condition."""

    app_ids: tuple[str, ...]
    """IDs or patterns of them."""
    environments: tuple[str, ...]
    """Names or patterns of them."""
    statuses: tuple[str, ...]
    operations: tuple[str, ...]
    older_than: str | None
    """The least time since createTime, such as 6h."""


search_options = bundled(
    Search,
    click.argument("app_ids", metavar="[APP_ID]...", nargs=-1, type=_app_id),
    click.option(
        "--environment",
        "environments",
        metavar="NAME",
        multiple=True,
        type=_name,
        help="Only environments of this name or pattern; may be repeated.",
    ),
    statuses_option,
    operations_option,
    click.option(
        "--older-than",
        metavar="DURATION",
        type=duration,
        help="Only jobs created at least this long ago, such as 6h.",
    ),
)
