"""The jobs and rules of stack config as resources."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime.config import CONFIG, is_config_secret

from .config.engine_config import engine_config
from .config.loader import NAMESPACE, DeclaredJob
from .config.stack import StackConfig, in_shard
from .domain.keys import JobKey
from .errors import ConfigError
from .interrupt import end_when_interrupted
from .job_resource import BackendJob
from .spelling import camel

if TYPE_CHECKING:
    from .rule_resource import BackendJobRule


@dataclass(frozen=True)
class Declared:
    """What the stack config declares, by Pulumi resource name."""

    jobs: dict[str, BackendJob]
    rules: dict[str, BackendJobRule]
    in_targets: Sequence[tuple[str, BackendJob | BackendJobRule]] = ()
    """Those that are in targets."""


def declare_config(opts: pulumi.ResourceOptions | None = None) -> Declared:
    """Declare every job and every rule of the stack config; otherwise like `from_config`."""
    return declare(read_config(), BackendJob, opts)


def declare(
    config: StackConfig, job: type[BackendJob], opts: pulumi.ResourceOptions | None = None
) -> Declared:
    """Declare every job, as a resource of this class, and every rule."""
    for warning in config.warnings:
        pulumi.log.warn(warning)
    jobs = {}
    for name, each in config.declared.items():  # a loop here: the SDK looks up each frame
        jobs[name] = job(name, **_arguments(each), opts=opts)
    rules = _declare_rules(config, jobs, opts)
    in_targets: list[tuple[str, BackendJob | BackendJobRule]] = []
    if config.targets:
        in_targets += [(n, jobs[n]) for n, each in config.declared.items() if each.target]
        in_targets += [(n, rules[n]) for n, each in config.rules.items() if each.rule.target]
    return Declared(jobs, rules, in_targets)


def _declare_rules(
    config: StackConfig, jobs: Mapping[str, BackendJob], opts: pulumi.ResourceOptions | None
) -> dict[str, BackendJobRule]:
    if not config.rules:
        return {}
    from .rule_resource import declare_rules  # many stacks have no rule

    adopted = [(each.declared.key.target, _id_of(jobs[n])) for n, each in config.latest.items()]
    return declare_rules(config.rules, adopted, opts)


def from_config(opts: pulumi.ResourceOptions | None = None) -> dict[str, BackendJob]:
    """Declare every job and rule of the stack config; returns the jobs by name.

    Reads the keys `amplify-jobs:*`, whatever the project is called. Warns through Pulumi's log.
    Raises ConfigError with every problem at once, before any resource is declared.
    """
    return declare_config(opts).jobs


class ProgramConfigError(ConfigError, pulumi.RunError):
    """The stack config has problems; Pulumi shows their lines, and no traceback."""


def read_config() -> StackConfig:
    """Return the running program's configuration. Raises ProgramConfigError."""
    end_when_interrupted()
    values: Mapping[str, Any] = CONFIG.get()
    secret = {key for key in values if is_config_secret(key)}
    project = Path(pulumi.get_root_directory() or Path.cwd())
    if f"{NAMESPACE}:rules" in secret:
        raise ProgramConfigError(
            [f"{NAMESPACE}:rules is encrypted, but what it matches is shown: set it as plain text"]
        )
    try:
        return in_shard(engine_config(values, secret, project, pulumi.get_stack()), os.environ)
    except ConfigError as error:
        raise ProgramConfigError(error.problems) from None


def _arguments(declared: DeclaredJob) -> dict[str, Any]:
    """Return a job's arguments, those as secrets that the config has encrypted."""
    return {
        key: pulumi.Output.secret(value) if camel(key) in declared.secret else value
        for key, value in declared.arguments.items()
    }


def _id_of(job: BackendJob) -> pulumi.Output[str | None]:
    """Return `app/environment/job`, also in a preview that does not know the resource's ID yet.

    Where `--target` or `--exclude` leave the job out before it was adopted, it has no outputs. The
    engine refuses what depends on it; that must get as far as the engine.
    """
    parts = pulumi.Output.all(job.app_id, job.backend_environment_name, job.job_id)
    return parts.apply(lambda known: JobKey(*known).id if all(known) else None)
