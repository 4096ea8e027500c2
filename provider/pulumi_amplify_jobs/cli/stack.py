"""The options that say which stack is meant, and reading that stack's config."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..domain.keys import Environment
from ..settings import BY_OPTIONS, Settings
from .errors import notify
from .options import bundled

if TYPE_CHECKING:
    from ..config.stack import StackConfig
    from ..domain.jobs import DesiredJob, LatestJob
    from ..domain.keys import JobKey
    from ..domain.rules import Rule


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

    @property
    def declared_environments(self) -> tuple[Environment, ...]:
        """The environments of the jobs that the stack declares, each once."""
        latest = (job.declared for job in self.config.latest.values())
        jobs = (*self.config.jobs.values(), *latest)
        return tuple(dict.fromkeys(job.key.environment for job in jobs))

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


def stacks_of_project(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Offer the stacks of the project around `--cwd`."""
    from ..config.project import find_project, stack_names
    from ..errors import ConfigError

    try:
        names = stack_names(find_project(Path(context.params.get("cwd") or ".")))
    except (ConfigError, OSError):
        return []
    return [name for name in names if name.startswith(incomplete)]


@dataclass(frozen=True)
class StackOptions:
    """The stack that the options name, or else the selected or only one."""

    stack: str | None
    config_file: Path | None
    cwd: Path

    def read(self) -> Stack:
        """Read the stack's config and show its warnings. Raises ConfigError."""
        from ..config.stack_file import read_stack
        from ..config.stack_selection import find_stack_file

        config_file = self.cwd / self.config_file if self.config_file else None
        file = find_stack_file(self.cwd, self.stack, config_file)
        if file.selected_by:
            notify("note", f"using {file.path.name}, selected by {file.selected_by}")
        config = read_stack(file)
        for warning in config.warnings:
            notify("warning", warning)
        named = self.stack.rsplit("/", 1)[-1] if self.stack else None
        return Stack(named or file.path.stem.removeprefix("Pulumi."), config)

    def read_if_named(self) -> Stack:
        """Read the stack where an option names it; else return one that declares nothing."""
        if self.stack is not None or self.config_file is not None:
            return self.read()
        from ..config.stack import StackConfig

        return Stack("", StackConfig({}, Settings(advice=BY_OPTIONS)))


stack_options = bundled(
    StackOptions,
    click.option(
        "-s",
        "--stack",
        metavar="NAME",
        shell_complete=stacks_of_project,
        help="The stack; by default, the selected one or the only one.",
    ),
    click.option(
        "--config-file",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="The stack's config file, instead of Pulumi.<stack>.yaml.",
    ),
    cwd_option,
)

all_option = click.option(
    "-a", "--all", "everything", is_flag=True, help="Also show jobs that are as declared."
)

rules_only_option = click.option(
    "--rules-only", is_flag=True, help="Use amplify-jobs:rules only, not the declared jobs."
)
