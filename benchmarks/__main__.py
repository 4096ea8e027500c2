"""`make bench`: measure, write the pages, and say whether every promise was kept."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

import click

from .bounds import none_is_broken, verdicts
from .columns.folders import PATH
from .page.summary import summary_lines
from .page.write import PAGES
from .results import Machine, Measurement, Results
from .running.machine import Others, hardware, versions
from .sections.all import SECTIONS, absent


@click.command()
@click.argument("sections", nargs=-1, type=click.Choice(list(SECTIONS)), metavar="[SECTION]...")
def main(sections: Sequence[str]) -> None:
    """Measure all, and write docs/benchmarks.* and docs/scale.*, each with its JSON.

    With sections, measure only those and print them. What a page already has of them is replaced,
    if it was measured on the same machine with the same versions.
    """
    kept = True
    for page in PAGES:
        wanted = [name for name in page.sections if name in (sections or SECTIONS)]
        if wanted:
            results = run(wanted)
            told = verdicts(results)
            whole = len(wanted) == len(page.sections)
            document = results if whole else page.read().replaced(results)
            if document is None:
                click.echo(f"{page.file.name} stays as it is: it is of another machine or versions")
            else:
                page.document.write_text(document.to_json(), encoding="utf-8")
                page.write()
            click.echo("\n".join(summary_lines(told)))
            kept &= none_is_broken(told)
    sys.exit(0 if kept else 1)


def run(sections: Sequence[str]) -> Results:
    """Measure some sections in turn."""
    others, began = Others(), time.monotonic()
    found = tuple(each for name in sections for each in _told(name))
    minutes = (time.monotonic() - began) / 60
    return Results(
        Machine(hardware(), versions(PATH), round(minutes, 1), round(others.share(), 2)),
        absent(),
        found,
    )


def _told(section: str) -> Iterator[Measurement]:
    """Yield what a section finds, and print it as it comes."""
    click.echo(f"{section}:")
    for each in SECTIONS[section]():
        cpu = "" if each.runs[0].cpu is None else f", CPU {each.median('cpu'):.3g} s"
        what = ", ".join(part for part in (each.phase, each.column) if part)
        click.echo(f"  {what}: {each.median('seconds'):.3g} s{cpu} ({len(each.runs)} rounds)")
        yield each


if __name__ == "__main__":
    main()
