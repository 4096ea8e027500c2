"""The options that say which stack is meant, and reading that stack's config."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ..domain.keys import Environment
from .errors import tell
from .options import stacks_of_project

if TYPE_CHECKING:
    from ..config import StackConfig
    from ..domain.jobs import DesiredJob, LatestJob
    from ..domain.keys import JobKey
    from ..domain.rules import Rule

CommandT = TypeVar("CommandT", bound=Callable[..., object])


@dataclass(frozen=True)
class Stack:
    """A stack by its short name, and its valid config."""

    name: str
    config: StackConfig
    rules_only: bool = False
    """Whether the jobs that are declared by name are left out."""
    environments: frozenset[Environment] = frozenset()
    """The backend environments that are looked at; all where it is empty."""

    @property
    def declared(self) -> tuple[DesiredJob, ...]:
        """The declared jobs that are to be looked at."""
        jobs = () if self.rules_only else self.config.jobs.values()
        return tuple(job for job in jobs if self.shows(job.key))

    @property
    def latest(self) -> tuple[LatestJob, ...]:
        """The declared jobs whose ID is to be found, of those that are to be looked at."""
        jobs = () if self.rules_only else self.config.latest.values()
        return tuple(job for job in jobs if self.shows(job.declared.key))

    def shows(self, key: JobKey) -> bool:
        """Say whether a job is in the environments that are looked at."""
        return not self.environments or key.environment in self.environments

    def concerns(self, rule: Rule) -> bool:
        """Say whether a rule may be about the environments that are looked at."""
        return not self.environments or any(map(rule.may_be_about, self.environments))


cwd_option = click.option(
    "-C",
    "--cwd",
    metavar="DIR",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Run as if started in this directory.",
)


def stack_options(command: CommandT) -> CommandT:
    """Add the options that say which stack is meant: what `read_config` takes."""
    options = (
        click.option(
            "-s",
            "--stack",
            metavar="NAME",
            shell_complete=stacks_of_project,
            help="The stack; without it the selected one, or the only one.",
        ),
        click.option(
            "--config-file",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="The stack's config file, instead of Pulumi.<stack>.yaml.",
        ),
        cwd_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


rules_only_option = click.option(
    "--rules-only", is_flag=True, help="Look at amplify-jobs:rules only, not at declared jobs."
)


def read_config(stack: str | None, config_file: Path | None, cwd: Path) -> Stack:
    """Read the stack's config and tell its warnings. Raises ConfigError."""
    from ..config import find_stack_file, read_stack

    file = find_stack_file(cwd, stack, cwd / config_file if config_file else None)
    if file.selected_by:
        tell("note", f"{file.selected_by} says which stack: {file.path.name}")
    config = read_stack(file)
    for warning in config.warnings:
        tell("warning", warning)
    return Stack(short_name(stack, file.path), config)


def short_name(stack: str | None, path: Path) -> str:
    """Return the stack's name without organization and project, or what its file is called by."""
    if stack:
        return stack.rsplit("/", 1)[-1]
    return path.stem.removeprefix("Pulumi.")
