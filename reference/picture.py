"""The terminal picture: an example's plan and its application, run for real, drawn as SVG."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from .pages import REPOSITORY
from .running import Times, running
from .terminal import run_in_terminal

PICTURE = REPOSITORY / "docs/images/plan.svg"
EXAMPLE = REPOSITORY / "examples/many-apps"
COMMANDS = ("amplify-jobs plan", "amplify-jobs apply --yes | tail -n 1")
COLUMNS = 76

HOURS_AGO = (40, 3, 5, 7, 12, 26)
"""How long ago each of the example's jobs was created, so that the picture is always the same."""

THEME = TerminalTheme(
    background=(22, 27, 34),
    foreground=(201, 209, 217),
    normal=[
        (110, 118, 129),
        (255, 123, 114),
        (86, 211, 100),
        (227, 179, 65),
        (121, 192, 255),
        (210, 168, 255),
        (86, 212, 221),
        (201, 209, 217),
    ],
)
"""Dark, with colours that can be read on it."""

TEMPLATE = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>amplify-jobs in a terminal</title>
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Rich's own template fetches a font from a server; this one makes no request."""


def picture() -> str:
    """Return the picture as SVG."""
    return drawn(screen(), COLUMNS, "amplify-jobs")


def drawn(lines: Sequence[Text], columns: int, unique_id: str) -> str:
    """Return a terminal's lines as SVG; its classes and IDs begin with `unique_id`."""
    console = Console(
        record=True,
        width=columns,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
    )
    for line in lines:
        console.print(line, soft_wrap=True)
    svg = console.export_svg(title="", theme=THEME, code_format=TEMPLATE, unique_id=unique_id)
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines())


def screen() -> list[Text]:
    """Run the commands on a copy of the example and return the lines of the terminal."""
    lines = []
    with running(EXAMPLE, _times()) as (folder, environment, _):
        for command in COMMANDS:
            output = run_in_terminal(command, folder, environment, COLUMNS)
            prompt = Text.assemble(("$ ", "dim"), (command, "bold"))
            lines += [prompt, *map(Text.from_ansi, output.splitlines()), Text()]
    return lines


def _times() -> list[Times]:
    """Return when each of the jobs was created: its number of hours and some minutes ago."""
    now = time.time()
    created = [now - (hours + 0.5) * 3600 for hours in HOURS_AGO]
    return [(at, at) for at in created]
