"""The option `-v`: what the package logs, on stderr."""

from __future__ import annotations

import click


def _show(context: click.Context, _: click.Parameter, count: int) -> None:
    """Show records until the program ends; what stands before and after the command adds up."""
    if not count or context.resilient_parsing:
        return
    # Here, not above: logging takes time to load, and without -v nobody waits for it.
    from .log_lines import show_more, shown

    if __name__ not in context.meta:
        context.find_root().with_resource(shown())
    context.meta[__name__] = context.meta.get(__name__, 0) + count
    show_more(context.meta[__name__])


VERBOSE = click.Option(
    ["-v", "--verbose"],
    count=True,
    expose_value=False,
    callback=_show,
    help="Log retries and connections to stderr; -vv logs every call and file, too.",
)
"""Taken by the program and by each of its commands."""
