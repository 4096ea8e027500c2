"""The part of the story that this package's own commands tell, without any Pulumi."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from pulumi_amplify_jobs.emulator import Emulator

from . import screen
from .processes import Processes
from .project import STACK, Project
from .story import Step, StoryError, drift

AMPLIFY_JOBS = Path(sys.executable).parent / "amplify-jobs"

DONE = 0
CHANGES_PENDING = 2


def command_steps(processes: Processes, project: Project, emulator: Emulator) -> list[Step]:
    """Return the steps that need no Pulumi: the push hangs once more, and is ended by hand."""
    plan = partial(_run, processes, project, ["plan"])
    return [
        Step(
            "Without Pulumi: the push is RUNNING once more, and the plan shows it",
            "The same stack file serves this package's own commands: for a night on call, a "
            "laptop, a runner without Pulumi. The plan reads the live jobs and compares.",
            "amplify-jobs plan",
            partial(plan, CHANGES_PENDING),
            updates=0,
            before=partial(drift, emulator),
        ),
        Step(
            "Apply: what the plan showed, and nothing else",
            "Each job is read again immediately before it is written.",
            "amplify-jobs apply --yes",
            partial(_run, processes, project, ["apply", "--yes"], DONE),
            updates=1,
        ),
    ]


def _run(processes: Processes, project: Project, arguments: list[str], expected: int) -> None:
    """Run a command with its own words on the screen. Raises StoryError for another exit code."""
    command = [str(AMPLIFY_JOBS), *arguments, "-C", str(project.folder), "--stack", STACK]
    try:
        done = processes.run(command, project.folder, project.environment, screen.say, screen.say)
    except OSError as error:
        raise StoryError(f"{AMPLIFY_JOBS} can't be run: {error.strerror}") from None
    if done.code != expected:
        raise StoryError(
            f"amplify-jobs {arguments[0]} ended with exit code {done.code}, not {expected}"
        )
    screen.say(f"(exit code {done.code})")
