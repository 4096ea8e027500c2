"""Following the work: a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from itertools import chain
from typing import IO, Any, Protocol

from ..client.environment_jobs import Listing, Selection, list_environments
from ..domain.keys import Environment
from ..errors import one_line, plural
from ..services import Targets
from .errors import is_terminal
from .side_by_side import side_by_side


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
    services: Targets, places: Mapping[str, Sequence[Environment]], selection: Selection
) -> list[Listing]:
    """List environments, those of each target by its name, several targets side by side.

    On stderr stands how many are listed, and how many jobs that brought.
    """
    pages: list[int] = []
    total = sum(map(len, places.values()))
    with bar(sys.stderr, "Listing", total) as progress:

        def show(jobs: int) -> None:
            pages.append(jobs)
            progress.describe(f"Listing, {plural(sum(pages), 'job')}")

        def listed(target: str) -> list[Listing]:
            reached = services[target]
            at_once = reached.share.lists
            found = list_environments(
                reached.jobs, places[target], selection, at_once, show, progress.advance
            )
            return [replace(each, target=target) for each in found] if target else found

        return list(chain.from_iterable(side_by_side(listed, list(places))))


@contextmanager
def enumerating_apps(total: int) -> Iterator[Callable[[], None]]:
    """Show on stderr how many of so many apps are looked at; call what is yielded for each."""
    with bar(sys.stderr, "Finding environments", total) as progress:
        yield progress.advance
