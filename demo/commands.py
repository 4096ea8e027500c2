"""The story told by this package's own commands, which need no Pulumi engine."""

from __future__ import annotations

import sys
from collections.abc import Callable
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
    """Return the story's steps."""
    plan = partial(_run, processes, project, ["plan"])
    apply = partial(_run, processes, project, ["apply", "--yes"], DONE)
    return [*_first_steps(plan, apply), *_drift_steps(plan, apply, emulator)]


def _first_steps(plan: Callable[[int], None], apply: Callable[[], None]) -> list[Step]:
    return [
        Step(
            "The first plan: what is there now, and what `apply` would do",
            "The plan reads the live jobs and compares. Nothing is written.",
            "amplify-jobs plan",
            partial(plan, CHANGES_PENDING),
            updates=0,
        ),
        Step(
            "The first apply: one update, for the one job that needs it",
            "One job is as declared already, one is left alone: its `when` does not hold.",
            "amplify-jobs apply --yes",
            apply,
            updates=1,
        ),
        Step(
            "The second plan: nothing to do",
            "Every job is as declared or left alone.",
            "amplify-jobs plan",
            partial(plan, DONE),
            updates=0,
        ),
    ]


def _drift_steps(
    plan: Callable[[int], None], apply: Callable[[], None], emulator: Emulator
) -> list[Step]:
    return [
        Step(
            "Drift: the push is RUNNING again, and the plan tells",
            "Somebody retried the push behind our back, and it hangs again.",
            "amplify-jobs plan",
            partial(plan, CHANGES_PENDING),
            updates=0,
            before=partial(drift, emulator),
        ),
        Step(
            "Apply again: the drift is undone",
            "Exactly what the plan showed.",
            "amplify-jobs apply --yes",
            apply,
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
