"""Following the work: a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..client.environment_jobs import Listing, Selection, list_environments
from ..domain.keys import Environment
from ..errors import plural
from ..services import Services
from .tables import console_for


def reading(jobs: int) -> AbstractContextManager[object]:
    """Show on stderr that jobs are being read, on a terminal only."""
    console = console_for(sys.stderr)
    if not console.is_terminal:
        return nullcontext()
    return console.status(f"Reading {plural(jobs, 'job')}…")


def bar(console: Console, total: int) -> Progress:
    """Return a bar that is gone when it ends; none is drawn for nothing, or without a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not (total and console.is_terminal),
    )


def list_shown(
    services: Services, environments: Sequence[Environment], selection: Selection
) -> list[Listing]:
    """List environments, and show on stderr how many are listed and their jobs so far."""
    pages: list[int] = []
    with bar(console_for(sys.stderr), len(environments)) as progress:
        task = progress.add_task("Listing", total=len(environments))

        def show(jobs: int) -> None:
            pages.append(jobs)
            progress.update(task, description=f"Listing, {plural(sum(pages), 'job')}")

        end = partial(progress.advance, task)
        return list_environments(services.jobs, environments, selection, show, end)


@contextmanager
def enumerating_apps(total: int) -> Iterator[Callable[[], None]]:
    """Show on stderr how many of so many apps are looked at; call what is yielded for each."""
    with bar(console_for(sys.stderr), total) as progress:
        task = progress.add_task("Finding environments", total=total)
        yield partial(progress.advance, task)
