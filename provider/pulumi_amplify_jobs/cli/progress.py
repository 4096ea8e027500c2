"""Following the work: a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import IO, Any, Protocol

from ..client.environment_jobs import Listing, Selection, list_environments
from ..domain.keys import Environment
from ..errors import one_line, plural
from ..services import Services
from .errors import is_terminal


class Bar(Protocol):
    """How much of the work is done, and what happens."""

    def advance(self) -> None:
        """Show that one more is done."""

    def describe(self, text: str) -> None:
        """Change the text beside the bar."""

    def line(self, text: str) -> None:
        """Have a line of progress shown, at the latest by `flush`."""

    def flush(self) -> None:
        """Show all lines."""


class Lines:
    """A bar where no terminal is: only its lines are shown."""

    def __init__(self, stream: IO[Any]) -> None:
        self._stream = stream

    def advance(self) -> None:
        """Show nothing."""

    def describe(self, text: str) -> None:
        """Show nothing."""

    def line(self, text: str) -> None:
        """Write a line."""
        self._stream.write(f"{one_line(text)}\n")

    def flush(self) -> None:
        """Show all lines."""
        self._stream.flush()


@contextmanager
def _lines(stream: IO[Any]) -> Iterator[Lines]:
    lines = Lines(stream)
    yield lines
    lines.flush()


def reading(jobs: int) -> AbstractContextManager[object]:
    """Show on stderr that jobs are being read, on a terminal only."""
    if not is_terminal(sys.stderr):
        return nullcontext()
    from .drawing import spinner

    return spinner(sys.stderr, f"Reading {plural(jobs, 'job')}…")


def bar(stream: IO[Any], text: str, total: int) -> AbstractContextManager[Bar]:
    """Return a bar that is gone when it ends; without a terminal none is drawn."""
    if not is_terminal(stream):
        return _lines(stream)
    from .drawing import drawn_bar

    return drawn_bar(stream, text, total)


def list_shown(
    services: Services, environments: Sequence[Environment], selection: Selection
) -> list[Listing]:
    """List environments, and show on stderr how many are listed and their jobs so far."""
    pages: list[int] = []
    with bar(sys.stderr, "Listing", len(environments)) as progress:

        def show(jobs: int) -> None:
            pages.append(jobs)
            progress.describe(f"Listing, {plural(sum(pages), 'job')}")

        return list_environments(services.jobs, environments, selection, show, progress.advance)


@contextmanager
def enumerating_apps(total: int) -> Iterator[Callable[[], None]]:
    """Show on stderr how many of so many apps are looked at; call what is yielded for each."""
    with bar(sys.stderr, "Finding environments", total) as progress:
        yield progress.advance
