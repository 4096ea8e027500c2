"""This project's own commands, which need no engine, and the call that they are compared with."""

from __future__ import annotations

import sys
from pathlib import Path

from ..running.commands import Command
from ..world import Phase, World
from .column import PREVIEWS, UPS, Column, Project
from .folders import BIN, STACK, environment, lay_out

SCRIPT = str(BIN / "amplify-jobs")
PENDING = (0, 2)
"""The exit codes of `plan`: 2 says that changes are pending."""
ONE_CALL = """
import boto3
boto3.client("amplifybackend").list_backend_jobs(AppId={app!r}, BackendEnvironmentName="env0")
"""


def _commands(folder: Path, world: World) -> Project:
    lay_out(folder, world)
    settings = environment(folder, world)
    plan = Command((SCRIPT, "plan", "--stack", STACK), folder, settings, PENDING)
    apply = (SCRIPT, "apply", "--stack", STACK, "--yes", "--parallel", "16")
    ups = dict.fromkeys(UPS, Command(apply, folder, settings))
    return Project({**dict.fromkeys(PREVIEWS, plan), **ups})


def _one_call(folder: Path, world: World) -> Project:
    folder.mkdir()
    call = (sys.executable, "-c", ONE_CALL.format(app=world.app))
    return Project({Phase.UNCHANGED: Command(call, folder, environment(folder, world))})


COMMANDS = Column(
    "amplify-jobs",
    "`amplify-jobs plan` and `amplify-jobs apply --yes --parallel 16`, without an engine",
    _commands,
)
ONE_LIST = Column(
    "one list call",
    "Python importing boto3, making a client, and listing the jobs of one environment",
    _one_call,
)
