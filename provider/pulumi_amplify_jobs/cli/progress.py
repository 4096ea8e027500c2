"""Following the work: a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from ..errors import one_line
from .apply.run import Result, Show, State
from .plan.rows import plural

WORDS: dict[State, str] = {
    "updated": "updated",
    "nothing": "as declared already",
    "skipped": "left alone",
    "unsettled": "updated, but not as declared",
    "failed": "failed",
    "notDone": "not done",
}


def reading(console: Console, jobs: int) -> AbstractContextManager[object]:
    """Show that jobs are being read, on a terminal only."""
    if not console.is_terminal:
        return nullcontext()
    return console.status(f"Reading {plural(jobs, 'job')}…")


@contextmanager
def following(console: Console, total: int) -> Iterator[Show]:
    """Show the work on so many jobs until it ends."""
    if not (total and console.is_terminal):
        yield Lines(console, total)
        return
    with _bar(console) as progress:
        yield Bar(progress, total)


def _bar(console: Console) -> Progress:
    """Return a bar that is gone when it ends; nothing is drawn where there is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def listing_environments(console: Console, total: int) -> Iterator[Listed]:
    """Show how many of so many environments are listed, and how many jobs they have so far."""
    with _bar(console) as progress:
        yield Listed(progress, total)


@contextmanager
def enumerating_apps(console: Console, total: int) -> Iterator[Callable[[], None]]:
    """Show how many of so many apps are looked at; call what is yielded for each."""
    with _bar(console) as progress:
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


class Lines:
    """One line for each thing that happens."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._done = 0

    def line(self, text: str) -> None:
        """Show a line of progress."""
        self._console.print(Text(one_line(text)))

    def finished(self, result: Result) -> None:
        """Show that a job is done with."""
        self._done += 1
        self.line(f"[{self._done}/{self._total}] {result.job.title}: {WORDS[result.state]}")


class Bar:
    """A bar, with lines above it."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("Applying", total=total)

    def line(self, text: str) -> None:
        """Show a line of progress."""
        self._progress.console.print(Text(one_line(text), style="dim"))

    def finished(self, result: Result) -> None:  # noqa: ARG002 (the results are shown at the end)
        """Show that a job is done with."""
        self._progress.advance(self._task)
