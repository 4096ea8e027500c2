"""The film of the main job: preview, up, drift, preview, run under a real engine, as animated SVG.

`make film`, or `python -m reference.film`, makes it anew. It needs `pulumi` on PATH.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from .pages import REPOSITORY
from .picture import drawn
from .running import Running, running
from .terminal import run_in_terminal

FILM = REPOSITORY / "docs/images/film.svg"
EXAMPLE = REPOSITORY / "examples/single-job"
COLUMNS, ROWS = 80, 41
HOURS_AGO = 40.5
"""How long ago the example's job was created."""

CONFIG = "cat Pulumi.dev.yaml"
PREVIEW = "pulumi preview --diff --suppress-outputs"
UP = "pulumi up --yes --skip-preview --diff --suppress-outputs"
DRIFT = "# Hours later, the push hangs again."

TYPING, READING = 1.2, 6.0
"""Seconds for which a command stands alone, and with what it printed."""


@dataclass(frozen=True)
class Scene:
    """What a terminal shows, and for how many seconds."""

    lines: list[Text]
    seconds: float


def film(command_folder: Path) -> str:
    """Run the commands with the `pulumi` of a folder and return the film as SVG."""
    created = time.time() - HOURS_AGO * 3600
    with running(EXAMPLE, [(created, created)]) as project:
        (project.folder / ".venv").symlink_to(sys.prefix)
        return animated(list(_scenes(project, _with_pulumi(project, command_folder))))


def _with_pulumi(project: Running, command_folder: Path) -> dict[str, str]:
    return {
        **project.environment,
        "PATH": os.pathsep.join([str(command_folder), project.environment["PATH"]]),
        "HOME": str(project.folder.parent),
        "PULUMI_BACKEND_URL": f"file://{project.folder.parent}",
        "PULUMI_CONFIG_PASSPHRASE": "any",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def _scenes(project: Running, environment: dict[str, str]) -> Iterator[Scene]:
    def run(command: str) -> str:
        return run_in_terminal(command, project.folder, environment, COLUMNS)

    yield from _shown(CONFIG, run(CONFIG), [])
    run("pulumi stack init dev 2>&1")
    yield from _shown(PREVIEW, run(f"{PREVIEW} --color always 2>&1"), [])
    yield from _shown(UP, run(f"{UP} --color always 2>&1"), [])
    [job] = project.emulator.jobs()
    project.emulator.set_job(*job.key, status="RUNNING")
    yield from _shown(PREVIEW, run(f"{PREVIEW} --color always 2>&1"), [Text(DRIFT, style="dim")])


def _shown(command: str, output: str, before: list[Text]) -> Iterator[Scene]:
    """Yield a command as it stands in a cleared terminal, and then with its output."""
    prompt = [*before, Text.assemble(("$ ", "dim"), (command, "bold"))]
    printed = [Text.from_ansi(line) for line in output.rstrip().splitlines()]
    wrapped = [part for line in printed for part in _wrapped(line)]
    yield Scene(prompt, TYPING)
    # As in a terminal, what doesn't fit has scrolled away at the top.
    yield Scene([*prompt, *wrapped][-ROWS:], READING)


def _wrapped(line: Text) -> list[Text]:
    """Return a line as a terminal breaks it: at its last column."""
    ends = range(COLUMNS, len(line), COLUMNS)
    return list(line.divide(ends)) if ends else [line]


def animated(scenes: list[Scene]) -> str:
    """Return scenes as one SVG that shows them one after the other, again and again."""
    total = sum(scene.seconds for scene in scenes)
    rules, drawings, begin = [], [], 0.0
    for number, scene in enumerate(scenes):
        end = begin + scene.seconds
        appears, vanishes = (f"{moment / total:.4%}" for moment in (begin, end))
        rules.append(
            f"@keyframes scene-{number} {{ 0% {{ visibility: hidden }} "
            f"{appears} {{ visibility: visible }} {vanishes} {{ visibility: hidden }} }}\n"
            f".scene-{number} {{ animation: scene-{number} {total:.1f}s step-end infinite }}"
        )
        filled = [*scene.lines, *[Text()] * (ROWS - len(scene.lines))]
        picture = drawn(filled, COLUMNS, f"scene-{number}-terminal")
        drawings.append(f'<g class="scene scene-{number}">\n{picture}</g>')
        begin = end
    size = re.search(r'viewBox="[^"]+"', drawings[0])
    still = f".scene {{ animation: none }} .scene-{len(scenes) - 1} {{ visibility: visible }}"
    style = "\n".join(
        [
            ".scene { visibility: hidden }",
            *rules,
            f"@media (prefers-reduced-motion: reduce) {{ {still} }}",
        ]
    )
    return (
        f'<svg {size[0] if size else ""} xmlns="http://www.w3.org/2000/svg" role="img">\n'
        "<title>A preview, an up, and the drift that the next preview shows</title>\n"
        f"<style>\n{style}\n</style>\n" + "\n".join(drawings) + "\n</svg>\n"
    )


def main() -> None:
    """Make the film anew."""
    command = shutil.which("pulumi")
    if command is None:
        sys.exit("no pulumi on PATH: the film shows a real run, so it can't be made")
    FILM.write_text(film(Path(command).parent), encoding="utf-8")


if __name__ == "__main__":
    main()
