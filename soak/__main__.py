"""`make soak`: try every row within the time, and write docs/reliability.md."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import click
from pydantic import TypeAdapter

from benchmarks.columns.folders import PATH
from benchmarks.running.machine import hardware, versions
from benchmarks.running.revision import checked_out

from .page import PAGE, write_page
from .report import DOCUMENT, REPOSITORY, WITH_ENGINE, WITHOUT_ENGINE, Document, Soak
from .row import LANES, Row
from .rows import ROWS
from .trial import Figures, Trial

KINDS = {True: WITH_ENGINE, False: WITHOUT_ENGINE}
TRIED = (".", *(f":!{path.relative_to(REPOSITORY)}" for path in (DOCUMENT, PAGE)))
"""The paths that a soak is about: all but what soaks write."""


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(ROWS)), metavar="[ROW]...")
@click.option("--minutes", type=float, envvar="SOAK_MINUTES", default=30.0, show_default=True)
@click.option("--seed", type=int, help="What random choices are made by; printed in any case.")
@click.option("--no-engine", is_flag=True, help="Also where pulumi is on PATH.")
def main(names: Sequence[str], minutes: float, seed: int | None, no_engine: bool) -> None:
    """Try every fault again and again, as long as there is time.

    With rows, only those are tried, and no page is written.
    """
    engine = shutil.which("pulumi") is not None and not no_engine
    seed = random.randrange(2**32) if seed is None else seed
    click.echo(f"{KINDS[engine]}, seed {seed}, {minutes:g} minutes")
    wanted = {name: row for name, row in ROWS.items() if not names or name in names}
    rows = {name: row for name, row in wanted.items() if row.needs() is None}
    rows = {name: row for name, row in rows.items() if (row.engine if engine else row.commands)}
    commit = None if names else checked_out(REPOSITORY, *TRIED)
    began = time.monotonic()
    found = _tried(rows, minutes, seed, engine)
    if commit is not None:
        soak = Soak(
            commit,
            date.today().isoformat(),
            round((time.monotonic() - began) / 60, 1),
            minutes,
            seed,
            hardware(),
            versions(PATH),
            {name: found[name] for name in rows},
            {name: reason for name, row in wanted.items() if (reason := row.needs()) is not None},
        )
        document = Document({**Document.read().soaks, KINDS[engine]: soak})
        document.write()
        write_page(document)
    sys.exit(any(each.bad for each in found.values()))


def _tried(rows: dict[str, Row], minutes: float, seed: int, engine: bool) -> dict[str, Figures]:
    """Try rows side by side, those with the largest share first."""
    needed = {name: row.engine_minutes if engine else row.minutes for name, row in rows.items()}
    each = minutes * 60 * LANES / sum(needed.values())
    order = sorted(rows, key=lambda name: -needed[name])
    with ThreadPoolExecutor(LANES) as pool:
        figures = pool.map(lambda name: _one(rows[name], each * needed[name], seed, engine), order)
        return dict(zip(order, figures, strict=True))


def _one(row: Row, seconds: float, seed: int, engine: bool) -> Figures:
    """Try a row in a process of its own."""
    command = [sys.executable, "-m", "soak.one", row.name]
    options = [f"--seconds={seconds}", f"--seed={seed}", *(["--engine"] if engine else [])]
    quiet = {**os.environ, "GRPC_VERBOSITY": "ERROR"}  # of connections that end with a plugin
    process = subprocess.run(
        [*command, *options], stdout=subprocess.PIPE, text=True, check=False, env=quiet
    )
    if process.returncode:
        figures = Figures()
        figures.add(Trial(row.name, broken=(f"it ended with {process.returncode}",)))
    else:
        figures = TypeAdapter(Figures).validate_json(process.stdout.splitlines()[-1])
    total = figures.total
    verdict = "held" if not figures.bad else ", ".join(total.wrong_in_words)
    whole = "whole" if figures.whole else "as far as its time went"
    click.echo(
        f"{row.name}: {figures.trials} trials, {total.runs} runs, {total.faults} faults, "
        f"{figures.seconds:.0f} s ({whole}): {verdict}"
    )
    return figures


if __name__ == "__main__":
    main()
