"""Following the work: a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .output import plural


def reading(console: Console, jobs: int) -> AbstractContextManager[object]:
    """Show that jobs are being read, on a terminal only."""
    if not console.is_terminal:
        return nullcontext()
    return console.status(f"Reading {plural(jobs, 'job')}…")


def bar(console: Console, total: int) -> Progress:
    """Return a bar that is gone when it ends; none is drawn for nothing, or without a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(
        *columns, console=console, transient=True, disable=not (total and console.is_terminal)
    )


@contextmanager
def listing_environments(console: Console, total: int) -> Iterator[Listed]:
    """Show how many of so many environments are listed, and how many jobs they have so far."""
    with bar(console, total) as progress:
        yield Listed(progress, total)


@contextmanager
def enumerating_apps(console: Console, total: int) -> Iterator[Callable[[], None]]:
    """Show how many of so many apps are looked at; call what is yielded for each."""
    with bar(console, total) as progress:
        task = progress.add_task("Finding environments", total=total)
        yield lambda: progress.advance(task)


class Listed:
    """A bar over environments, with the number of jobs. May be shared by threads."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("Listing", total=total)
        self._jobs = 0
        self._lock = Lock()

    def page(self, jobs: int) -> None:
        """Show that a page with so many jobs was read."""
        with self._lock:
            self._jobs += jobs
            text = f"Listing, {plural(self._jobs, 'job')}"
        self._progress.update(self._task, description=text)

    def end(self) -> None:
        """Show that an environment is done with."""
        self._progress.advance(self._task)
