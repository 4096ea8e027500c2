"""`python -m soak.one ROW`: the trials of one row, in a process of its own.

Each trial that had what it may not have is a line on stderr; the figures are JSON on stdout.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click

from benchmarks.running.processes import PROVIDER, Watch

from .row import Row, Setting
from .rows import ROWS
from .trial import Figures, said

ROLES = ("amplify-jobs", PROVIDER)
"""The processes whose memory is of interest."""


@click.command()
@click.argument("name", type=click.Choice(list(ROWS)))
@click.option("--seconds", type=float, default=60.0)
@click.option("--seed", type=int, required=True)
@click.option("--engine", is_flag=True)
def main(name: str, seconds: float, seed: int, engine: bool) -> None:
    """Try a row until it is through, or its seconds are over."""
    # A shell's background job ignores SIGINT, and so would all that is started here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    row = ROWS[name]
    with TemporaryDirectory() as folder, Watch() as watch:
        figures = tried(row, Setting(Path(folder), Random(seed)), seconds, engine=engine)
    figures.peak = max(watch.peaks.get(role, 0) for role in ROLES)
    click.echo(json.dumps(asdict(figures)))
    sys.stdout.flush()


def tried(row: Row, setting: Setting, seconds: float, *, engine: bool) -> Figures:
    """Return what the trials came to that were made before the seconds were over."""
    trials = row.engine if engine else row.commands
    figures = Figures(absent=setting.absent)
    began = time.monotonic()
    for trial in trials(setting) if trials else ():
        figures.add(trial)
        if trial.bad:
            click.echo(said(trial), err=True)
        if time.monotonic() - began > seconds and not row.waits:
            break
    else:
        figures.whole = True
    figures.seconds = round(time.monotonic() - began, 1)
    return figures


if __name__ == "__main__":
    main()
