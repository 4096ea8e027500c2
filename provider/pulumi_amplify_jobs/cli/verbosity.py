"""The option `-v`: what the package logs, as lines on stderr."""

from __future__ import annotations

import logging

import click

from .. import logs
from .errors import notify


def _show(context: click.Context, _: click.Parameter, count: int) -> None:
    """Show records until the program ends; what stands before and after the command adds up."""
    if not count or context.resilient_parsing:
        return
    if __name__ not in context.meta:
        handler, level = _OnStderr(), logs.ROOT.level
        logs.ROOT.addHandler(handler)
        context.find_root().call_on_close(lambda: logs.ROOT.removeHandler(handler))
        context.find_root().call_on_close(lambda: logs.ROOT.setLevel(level))
    context.meta[__name__] = context.meta.get(__name__, 0) + count
    logs.ROOT.setLevel(logging.INFO if context.meta[__name__] == 1 else logging.DEBUG)


VERBOSE = click.Option(
    ["-v", "--verbose"],
    count=True,
    expose_value=False,
    callback=_show,
    help="Log retries and connections to stderr; -vv also logs every call and file.",
)
"""Taken by the program and by each of its commands."""


class _OnStderr(logging.Handler):
    """Writes each record as a line such as `debug: …`."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        try:
            notify(record.levelname.lower(), record.getMessage())
        except Exception:  # noqa: BLE001 (as every handler: no log may end what it speaks of)
            self.handleError(record)
