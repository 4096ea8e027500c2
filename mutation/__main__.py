"""`make mutation`: mutate the deciding modules, or those that are named, and keep the results."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from benchmarks.running.revision import checked_out

from .anew import try_anew
from .kept import LEAST, Result, load, reasons, save
from .modules import IMPORTED_LATE, MODULES
from .results import read
from .workspace import REPOSITORY, prepare

FOLDER = REPOSITORY / "build" / "mutation"
JOBS = min(2, os.cpu_count() or 1)


@click.command()
@click.argument("modules", nargs=-1, type=click.Choice(list(MODULES)))
def main(modules: tuple[str, ...]) -> None:
    """Mutate modules, and keep the results in docs/mutation.json."""
    commit = checked_out(REPOSITORY, "provider", "tests")
    for module in modules or tuple(MODULES):
        result = _mutate(module, commit)
        _tell(module, result)
        kept = {**load(), module: result}
        save({name: kept[name] for name in MODULES if name in kept})
    click.echo("make docs writes the page")


def _mutate(module: str, commit: str) -> Result:
    """Return what mutmut finds in a module."""
    folder = FOLDER / module.replace("/", ".")
    prepare(folder, module, MODULES[module])
    log = Path(f"{folder}.log")
    with log.open("w", encoding="utf-8") as output:
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(JOBS)]
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=output, check=False)
    if done.returncode != 0:
        raise click.ClickException(f"mutmut ended with {done.returncode} on {module}: see {log}")
    if module in IMPORTED_LATE:
        try_anew(folder, module, MODULES[module], JOBS)
    return read(folder, module, commit)


def _tell(module: str, result: Result) -> None:
    share = f"{result.noticed} of {result.mutants} noticed, {result.score:.1%}"
    click.echo(f"{module}: {share}{'' if result.score >= LEAST else ': too few'}")
    known = reasons().get(module, {})
    for each in result.survivors:
        if each not in known:
            click.echo(f"  {each.function}\n    - {each.before}\n    + {each.after}")


if __name__ == "__main__":
    main()
