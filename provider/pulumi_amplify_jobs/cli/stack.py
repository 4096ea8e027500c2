"""The options that say which stack is meant, and reading that stack's config."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..domain.keys import Environment
from ..settings import BY_OPTIONS, Settings
from .errors import CommandError, notify
from .options import NO_OPTIONS, Command, ConnectionOptions, bundled
from .target_options import EVERY_TARGET, TargetOptions

if TYPE_CHECKING:
    from ..config.stack import StackConfig
    from ..domain.jobs import DesiredJob, LatestJob
    from ..domain.keys import JobKey
    from ..domain.rules import Rule
    from ..services import Services, Targets


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
    def targets(self) -> tuple[str, ...]:
        """Those in which something is declared, by name; the empty one is what has no target."""
        found = self.config.by_target
        return tuple(name for name, each in found.items() if each.rules or not self.rules_only)

    def in_target(self, name: str) -> Stack:
        """Return what is declared in one of `targets`."""
        return replace(self, config=self.config.by_target[name])

    def only(self, targets: Collection[str]) -> Stack:
        """Return what is declared in these targets."""
        return replace(self, config=self.config.only(targets))

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
    def declared_environments(self) -> dict[str, tuple[Environment, ...]]:
        """The environments of the jobs that the stack declares, each once, by target."""
        latest = (job.declared.key for job in self.config.latest.values())
        found: dict[str, dict[Environment, None]] = {}
        for key in (*(job.key for job in self.config.jobs.values()), *latest):
            found.setdefault(key.target, {})[key.environment] = None
        return {name: tuple(found[name]) for name in self.targets if name in found}

    def places(
        self, named: Sequence[Environment], targets: Collection[str] = ()
    ) -> dict[str, tuple[Environment, ...]]:
        """Return the environments that arguments name, by target; without any all declared ones.

        Of a stack with targets, those are asked that declare the environment, or if there are none,
        those that options name. Raises CommandError.
        """
        declared = self.declared_environments
        if not named:
            return declared
        if not self.config.targets:
            return {"": tuple(dict.fromkeys(named))}
        found: dict[str, dict[Environment, None]] = {}
        for each in named:
            having = [name for name, environments in declared.items() if each in environments]
            having = having or list(targets)
            if not having:
                raise CommandError(f"no target declares {each}: name its target with --target")
            for name in having:
                found.setdefault(name, {})[each] = None
        return {name: tuple(environments) for name, environments in found.items()}

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

    def read(self, targets: TargetOptions = EVERY_TARGET) -> Stack:
        """Read the stack's config, of these targets, and show its warnings.

        Raises ConfigError, and CommandError where an option fits no target.
        """
        from ..config.stack_file import read_stack
        from ..config.stack_selection import find_stack_file

        config_file = self.cwd / self.config_file if self.config_file else None
        file = find_stack_file(self.cwd, self.stack, config_file)
        if file.selected_by:
            notify("note", f"using {file.path.name}, selected by {file.selected_by}")
        config = read_stack(file)
        if config.targets:
            _refuse_regions(config)
        for warning in config.warnings:
            notify("warning", warning)
        named = self.stack.rsplit("/", 1)[-1] if self.stack else None
        stack = Stack(named or file.path.stem.removeprefix("Pulumi."), config)
        if not targets.given:
            return stack
        chosen = targets.chosen(config.targets)
        if not chosen:
            notify("note", f"shard {targets.shard} has no targets")
        return stack.only(chosen)

    def read_if_named(self, targets: TargetOptions = EVERY_TARGET) -> Stack:
        """Read the stack where an option names it; else return one that declares nothing."""
        if self.stack is not None or self.config_file is not None or targets.given:
            return self.read(targets)
        from ..config.stack import StackConfig

        return Stack("", StackConfig({}, Settings(advice=BY_OPTIONS)))


def _refuse_regions(config: StackConfig) -> None:
    """Refuse targets in regions without backend jobs. Raises ConfigError."""
    from ..client.regions import region_problem
    from ..errors import ConfigError

    found = {name: region_problem(each.settings) for name, each in config.targets.items()}
    problems = [f"target {name}: {problem}" for name, problem in found.items() if problem]
    if problems:
        raise ConfigError(problems)


def targets_of(
    stack: Stack, make: Callable[..., Services], connection: ConnectionOptions = NO_OPTIONS
) -> Targets:
    """Return what reaches the targets of a stack; `make` is called for each with its settings."""
    from ..services import TARGETS_AT_ONCE, Share, Targets

    settings = stack.config.settings_by_target
    reached = {name: connection.over(each) for name, each in settings.items()}
    share = Share.of(min(len(stack.targets), TARGETS_AT_ONCE))
    return Targets(reached, partial(make, share=share))


def _options(stack: str) -> Callable[[Command], Command]:
    return bundled(
        StackOptions,
        click.option("-s", "--stack", metavar="NAME", shell_complete=stacks_of_project, help=stack),
        click.option(
            "--config-file",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="The stack's config file, instead of Pulumi.<stack>.yaml.",
        ),
        cwd_option,
    )


stack_options = _options("The stack; by default, the selected one or the only one.")

settings_of_a_stack_options = _options("The stack whose settings apply; by default, none.")
"""Of commands that read a stack only where an option asks for it."""

all_option = click.option(
    "-a", "--all", "everything", is_flag=True, help="Also show jobs that are as declared."
)

rules_only_option = click.option(
    "--rules-only", is_flag=True, help="Use amplify-jobs:rules only, not the declared jobs."
)
