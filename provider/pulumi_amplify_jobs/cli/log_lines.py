"""What the package logs, as lines on stderr."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from .. import logs
from .failures import tell


class _OnStderr(logging.Handler):
    """Writes each record as a line such as `debug: …`."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        try:
            tell(record.levelname.lower(), record.getMessage())
        except Exception:  # noqa: BLE001 (as every handler: no log may end what it speaks of)
            self.handleError(record)


@contextmanager
def shown() -> Iterator[None]:
    """Show records until the block ends, from the level that `show_more` sets."""
    handler, level = _OnStderr(), logs.ROOT.level
    logs.ROOT.addHandler(handler)
    try:
        yield
    finally:
        logs.ROOT.removeHandler(handler)
        logs.ROOT.setLevel(level)


def show_more(verbosity: int) -> None:
    """Show retries and connections where `-v` was given once, everything where more often."""
    logs.ROOT.setLevel(logging.INFO if verbosity == 1 else logging.DEBUG)
