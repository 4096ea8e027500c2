"""Projects that Pulumi's engine runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from ..running.commands import Command
from ..world import Phase, World
from .column import PREVIEWS, UPS, Column, Project, keep_empty
from .folders import FILES, ROOT, STACK, environment, lay_out, needs, write_project

PULUMI = ("pulumi", "--non-interactive", "--color", "never")
PREVIEW = (*PULUMI, "preview")
HOME = Path(os.environ.get("PULUMI_HOME", Path.home() / ".pulumi"))
"""Has the plugins that are installed; the projects have homes of their own."""
UP = (*PULUMI, "up", "--yes", "--skip-preview")
"""What is brought up was previewed before."""


def _ours(folder: Path, world: World) -> Project:
    lay_out(folder, world)
    shutil.copy(ROOT / "__main__.py", folder)
    return _stack(folder, world)


def _with(resource: str, folder: Path, world: World) -> Project:
    """Return a project with a small program and a resource of its own."""
    lay_out(folder, world)
    shutil.copy(FILES / "program.py", folder / "__main__.py")
    shutil.copy(FILES / resource, folder / "job.py")
    return _stack(folder, world)


def with_config(folder: Path, world: World, config: Mapping[str, object]) -> Project:
    """Return this project with some stack config."""
    write_project(folder, world, config)
    shutil.copy(ROOT / "__main__.py", folder)
    return _stack(folder, world)


def _stack(folder: Path, world: World) -> Project:
    settings = environment(folder, world)
    (folder / "state").mkdir()
    (folder / "home").mkdir()
    (folder / "home" / "plugins").symlink_to(HOME / "plugins")
    subprocess.run(
        [*PULUMI, "stack", "init", STACK], cwd=folder, env=settings, check=True, capture_output=True
    )
    keep_empty(folder / "state")
    previews = dict.fromkeys(PREVIEWS, Command(PREVIEW, folder, settings))
    ups = dict.fromkeys(UPS, Command(UP, folder, settings))
    return Project({**previews, **ups}, folder / "state")


def _no_command_plugin() -> str | None:
    missing = needs("pulumi")
    if missing:
        return missing
    listed = subprocess.run(["pulumi", "plugin", "ls"], capture_output=True, text=True, check=True)
    found = any(line.split()[:2] == ["command", "resource"] for line in listed.stdout.splitlines())
    return None if found else "Pulumi's plugin `command` is not installed"


OURS = Column(
    "this project",
    "`pulumi preview` and `pulumi up --yes --skip-preview` with this project",
    _ours,
    partial(needs, "pulumi"),
)
FLOOR = Column(
    "the floor",
    "the same commands with as many resources of 4 properties and no outputs, whose dynamic "
    "provider does nothing: what Pulumi takes by itself",
    partial(_with, "does_nothing.py"),
    partial(needs, "pulumi"),
    overlooks=UPS,
)
NAIVE = Column(
    "a naive provider",
    "the same commands with a dynamic provider that gets each job by itself",
    partial(_with, "naive.py"),
    partial(needs, "pulumi"),
)
PULUMI_COMMAND = Column(
    "pulumi-command",
    "`pulumi preview` and `pulumi up` with a `command:local:Command` for each job, which runs the "
    "AWS CLI",
    partial(_with, "pulumi_command.py"),
    _no_command_plugin,
    overlooks=frozenset({Phase.DRIFT_UP}),
)
