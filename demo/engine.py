"""The story told by a real Pulumi engine, driven through Pulumi's Automation API."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from pulumi.automation import (
    CommandError,
    CommandResult,
    InvalidVersionError,
    LocalWorkspaceOptions,
    OnOutput,
    OpType,
    PulumiCommand,
    Stack,
    create_or_select_stack,
)
from pulumi.automation.errors import create_command_error

from pulumi_amplify_jobs.emulator import Emulator

from . import screen
from .processes import Processes
from .project import REPOSITORY, STACK, Project
from .story import Step, StoryError, drift

Result = TypeVar("Result")

CLI_FOLDER = "AMPLIFY_JOBS_DEMO_CLI"

FETCH_TIME = 300.0
"""Seconds for fetching the CLI, a download of some 150 MB."""

HOW_TO_GET_IT = "https://www.pulumi.com/docs/install/"


class NoEngineError(Exception):
    """There is no Pulumi CLI to be had; one line that says why."""


class Engine(PulumiCommand):
    """The Pulumi CLI, each run of it in a session of its own."""

    def __init__(self, processes: Processes, root: Path | None = None) -> None:
        """Take the CLI in `root`, or the one on PATH. Raises NoEngineError where it can't run."""
        try:
            super().__init__(root=str(root) if root else None)
        except (OSError, subprocess.SubprocessError, InvalidVersionError, ValueError) as error:
            raise NoEngineError(f"the Pulumi CLI can't be used: {_first_line(error)}") from None
        self.command = shutil.which(self.command) or self.command
        self._processes = processes

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run a command as the base class does, but in no other environment than the given one."""
        folder = str(Path(self.command).parent)
        environment = {
            **additional_env,
            "PATH": os.pathsep.join([folder, additional_env.get("PATH", os.defpath)]),
            "PULUMI_AUTOMATION_API": "true",
        }
        command = [self.command, "--non-interactive", *args]
        done = self._processes.run(command, Path(cwd), environment, on_output, on_error)
        result = CommandResult(done.stdout, done.stderr, done.code)
        if done.code != 0:
            raise create_command_error(result)
        return result


def find_engine(processes: Processes, scratch: Path) -> Engine:
    """Return the Pulumi CLI on PATH, or fetch it. Raises NoEngineError.

    It is fetched once, into CLI_FOLDER or the virtual environment; without either, into `scratch`.
    """
    if shutil.which("pulumi"):
        return Engine(processes)
    given = os.environ.get(CLI_FOLDER)
    own = Path(sys.prefix) if sys.prefix != sys.base_prefix else scratch
    root = Path(given).absolute() if given else own / "pulumi"
    if not (root / "bin" / "pulumi").exists():
        if os.environ.get("OFFLINE"):
            raise NoEngineError("no pulumi on PATH, and OFFLINE is set")
        screen.say("fetching the Pulumi CLI with Pulumi's own installer (OFFLINE=1 skips this) ...")
        _fetch(processes, root)
    return Engine(processes, root)


def _fetch(processes: Processes, root: Path) -> None:
    command = [sys.executable, "-m", "demo.install", str(root)]
    done = processes.run(command, REPOSITORY, os.environ, timeout=FETCH_TIME)
    if done.timed_out:
        raise NoEngineError(f"no pulumi on PATH, and fetching it took over {FETCH_TIME:.0f} s")
    if done.code != 0:
        reason = _first_line(done.stderr)
        raise NoEngineError(f"no pulumi on PATH, and it can't be fetched: {reason}")


def engine_steps(engine: Engine, project: Project, emulator: Emulator) -> list[Step]:
    """Return the story's steps. Raises StoryError where the stack can't be set up."""
    stack = _set_up(engine, project)
    return [*_first_steps(stack), *_drift_steps(stack, emulator)]


def _first_steps(stack: Stack) -> list[Step]:
    return [
        Step(
            "The first preview: what is there now, and what `up` would do",
            "The preview reads the live jobs. `plan` says from what to what each changes, "
            "or why it is left alone. Nothing is written.",
            "pulumi preview --diff",
            partial(_preview, stack, {OpType.CREATE: 4}),
            updates=0,
        ),
        Step(
            "The first up: one update, for the one job that needs it",
            "Pulumi's create adopts a job that exists. Only the stuck one differs.",
            "pulumi up --diff",
            partial(_up, stack, {"create": 4}),
            updates=1,
        ),
        Step(
            "The second up: nothing to do",
            "Every job is as declared or left alone, so no update is made.",
            "pulumi up --diff",
            partial(_up, stack, {"same": 4}),
            updates=0,
        ),
    ]


def _drift_steps(stack: Stack, emulator: Emulator) -> list[Step]:
    return [
        Step(
            "Drift: the push is RUNNING again, and the preview shows it",
            "Somebody retried the push behind Pulumi's back, and it hangs again. "
            "The preview compares with the live job, not only with what Pulumi remembers.",
            "pulumi preview --diff",
            partial(_preview, stack, {OpType.UPDATE: 1, OpType.SAME: 3}),
            updates=0,
            before=partial(drift, emulator),
        ),
        Step(
            "Up again: the drift is undone",
            "Exactly what the preview showed.",
            "pulumi up --diff",
            partial(_up, stack, {"update": 1, "same": 3}),
            updates=1,
        ),
        Step(
            "Destroy: Pulumi forgets the jobs",
            "AWS has no call that deletes a job. The jobs stay as they are; no update is made.",
            "pulumi destroy",
            partial(_destroy, stack),
            updates=0,
        ),
    ]


def _set_up(engine: Engine, project: Project) -> Stack:
    options = LocalWorkspaceOptions(env_vars=project.environment, pulumi_command=engine)
    try:
        return create_or_select_stack(STACK, work_dir=str(project.folder), opts=options)
    except CommandError as error:
        raise StoryError(f"the stack can't be set up: {_first_line(error)}") from None


def _preview(stack: Stack, expected: Mapping[OpType, int]) -> None:
    result = _told("preview", partial(stack.preview, diff=True))
    if result.change_summary != expected:
        raise StoryError(f"the preview shows {result.change_summary}, not {expected}")


def _up(stack: Stack, expected: Mapping[str, int]) -> None:
    # One after the other, so that the lines of one job stand together.
    result = _told("up", partial(stack.up, diff=True, parallel=1))
    if result.summary.resource_changes != expected:
        raise StoryError(f"the up made {result.summary.resource_changes}, not {expected}")


def _destroy(stack: Stack) -> None:
    _told("destroy", partial(stack.destroy, diff=True, suppress_outputs=True))


def _told(name: str, operation: Callable[..., Result]) -> Result:
    """Run an operation of the stack with the engine's own words on the screen."""
    color = "always" if screen.colored() else "never"
    try:
        return operation(
            color=color, on_output=screen.say, on_error=screen.say, suppress_progress=True
        )
    except CommandError as error:
        raise StoryError(f"pulumi {name} failed; see the reason above") from error


def _first_line(reason: object) -> str:
    lines = [line.strip() for line in str(reason).splitlines() if line.strip()]
    return lines[0] if lines else type(reason).__name__
