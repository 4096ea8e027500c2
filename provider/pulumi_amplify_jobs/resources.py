"""The resource that users declare, and the jobs of stack config as resources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypedDict

import pulumi
from pulumi.dynamic import Resource
from pulumi.runtime.config import CONFIG, is_config_secret

from .config.engine_config import engine_config
from .config.loader import NAMESPACE, DeclaredJob
from .config.rule_loader import DeclaredRule
from .config.stack import StackConfig
from .domain.jobs import IfMissing
from .domain.keys import KEY_FIELDS, JobKey
from .domain.plan import FIELDS
from .dynamic.internal_properties import internal_inputs
from .dynamic.preview_outputs import only_recorded, or_absent, reason_or_absent, unless_left_alone
from .dynamic.properties import ignored_fields
from .dynamic.provider import Provider
from .dynamic.rule_provider import RuleProvider
from .dynamic.secret_values import awaited, secrecy, secret_among
from .errors import ConfigError
from .interrupt import end_when_interrupted
from .spelling import camel

OUTPUTS = ("create_time", "update_time", "error", "skipped", "declared", "plan")
"""Properties that only the provider sets."""


SHOWN_ARGUMENTS = ("apps", "environments", "match", "set")
"""Arguments of a rule that stand in what it matches, for all to see."""


class WhenArgs(TypedDict, total=False):
    """A precondition: leave the job alone unless it is live as said here."""

    operation: pulumi.Input[str]
    status: pulumi.Input[str]


class WaitArgs(TypedDict):
    """After an update, poll until the job shows what is declared."""

    timeout: pulumi.Input[str]
    """The longest to wait, such as 90s, 1h30m or 2d."""


class LatestArgs(TypedDict, total=False):
    """Which jobs count; any without it."""

    operation: pulumi.Input[str]
    status: pulumi.Input[str]


class LatestIdArgs(TypedDict, total=False):
    """In place of a job's ID: the job that was created last."""

    latest: pulumi.Input[LatestArgs]
    follow: pulumi.Input[bool]
    """Move on to newer jobs, each time as a replacement."""


class BackendJob(Resource, module="amplify", name="BackendJob"):
    """An AWS Amplify backend job, brought to the declared operation and status.

    Creating the resource adopts a job that exists and updates it only where it differs; deleting
    the resource forgets the job and leaves it as it is. The outputs are the live job.
    """

    app_id: pulumi.Output[str]
    backend_environment_name: pulumi.Output[str]
    job_id: pulumi.Output[str]
    _implementation: ClassVar[Provider] = Provider()

    def __init__(
        self,
        resource_name: str,
        *,
        app_id: pulumi.Input[str],
        backend_environment_name: pulumi.Input[str],
        job_id: pulumi.Input[str | LatestIdArgs],
        operation: pulumi.Input[str] | None = None,
        status: pulumi.Input[str] | None = None,
        when: pulumi.Input[WhenArgs] | None = None,
        if_missing: pulumi.Input[IfMissing] | None = None,
        wait: pulumi.Input[WaitArgs] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a job.

        :param resource_name: The Pulumi resource name.
        :param app_id: The Amplify app's ID.
        :param backend_environment_name: The backend environment's name.
        :param job_id: The backend job's ID, or which one is the latest; these three name the job.
        :param operation: The operation that the job should show.
        :param status: The status that the job should show; this, the operation, or both.
        :param when: Leave the job alone unless its live values are these.
        :param if_missing: What a job that the service no longer has is: "error", or "ignore".
        :param wait: After an update, poll until the job shows what is declared.
        :param opts: Pulumi's resource options.
        """
        self._register(
            resource_name,
            opts,
            app_id=app_id,
            backend_environment_name=backend_environment_name,
            job_id=job_id,
            operation=operation,
            status=status,
            when=when,
            if_missing=if_missing,
            wait=wait,
        )

    def _register(
        self, name: str, opts: pulumi.ResourceOptions | None, **arguments: pulumi.Input[Any]
    ) -> None:
        # The SDK spends time on every property, absent or not: options come along when given.
        given = {
            key: value
            for key, value in arguments.items()
            if value is not None or key in (*KEY_FIELDS, *FIELDS)
        }
        inputs = awaited(given)
        opts = pulumi.ResourceOptions.merge(opts, None)
        internal = internal_inputs(self, name, opts)
        properties = {**inputs, **dict.fromkeys(OUTPUTS), **secrecy(inputs, opts), **internal}
        end_when_interrupted()
        super().__init__(self._implementation, name, properties, opts)
        # Where a program exports the resource as a whole, these are what it exports.
        self._declared = self.__dict__.pop("declared")
        self._plan = self.__dict__.pop("plan")
        if pulumi.runtime.is_dry_run():
            self._keep_wishes_out(given, ignored_fields(opts.ignore_changes or ()))

    def _keep_wishes_out(self, options: Collection[str], ignored: Collection[str]) -> None:
        """Have no output show what is wanted of a job that may stay as it is."""
        for field in FIELDS:
            value = pulumi.get(self, field)
            if field in ignored:
                self.__dict__[field] = only_recorded(value, self._declared)
            elif "when" in options or "if_missing" in options:
                self.__dict__[field] = unless_left_alone(value, self._plan, self._declared)

    @property
    def operation(self) -> pulumi.Output[str | None]:
        """The live operation."""
        return self._output("operation")

    @property
    def status(self) -> pulumi.Output[str | None]:
        """The live status."""
        return self._output("status")

    @property
    def create_time(self) -> pulumi.Output[str | None]:
        """When the job was created, in epoch milliseconds."""
        return self._output("create_time")

    @property
    def update_time(self) -> pulumi.Output[str | None]:
        """When the job was last updated, in epoch milliseconds."""
        return self._output("update_time")

    @property
    def error(self) -> pulumi.Output[str | None]:
        """The job's own error text."""
        return self._output("error")

    @property
    def skipped(self) -> pulumi.Output[str | None]:
        """Why the job was left alone."""
        return reason_or_absent(pulumi.get(self, "skipped"), self._plan, self._declared)

    def _output(self, name: str) -> pulumi.Output[str | None]:
        return or_absent(pulumi.get(self, name), self._declared)


class RuleAppsArgs(TypedDict, total=False):
    """Which apps, by name and tags; both have to fit where both are given."""

    name_matches: pulumi.Input[str]
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]]


class RuleMatchArgs(TypedDict, total=False):
    """What a job must be like, all of it; `status` is required."""

    status: pulumi.Input[str | Sequence[str]]
    operation: pulumi.Input[str | Sequence[str]]
    older_than: pulumi.Input[str]
    """Created at least so long ago, such as 6h."""
    idle_for: pulumi.Input[str]
    """Not updated for at least so long, such as 1h."""


class RuleSetArgs(TypedDict, total=False):
    """What a job that matches is brought to: operation, status, or both."""

    operation: pulumi.Input[str]
    status: pulumi.Input[str]


class BackendJobRule(Resource, module="amplify", name="BackendJobRule"):
    """A rule for the backend jobs of many apps: jobs that match it are brought to what it sets.

    Nobody names the jobs, the preview finds them: they stand in `matches`, and an update settles
    exactly those. A job that the stack config declares by name is never touched. Deleting the
    resource forgets the rule and leaves every job as it is.
    """

    settled: pulumi.Output[list[dict[str, Any]]]
    """What the rule has written, the newest first, 100 at least: job, from, to and time (UTC)."""

    _implementation: ClassVar[RuleProvider] = RuleProvider()

    def __init__(
        self,
        resource_name: str,
        *,
        apps: pulumi.Input[Sequence[pulumi.Input[str]] | RuleAppsArgs],
        environments: pulumi.Input[Sequence[pulumi.Input[str]]],
        match: pulumi.Input[RuleMatchArgs],
        set: pulumi.Input[RuleSetArgs],  # noqa: A002 (the config's own word)
        limit: pulumi.Input[int],
        except_: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        wait: pulumi.Input[WaitArgs] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a rule.

        :param resource_name: The Pulumi resource name.
        :param apps: App IDs, `["*"]` for every app, or a name pattern and tags.
        :param environments: Backend environments by name, or `["*"]`.
        :param match: What a job must be like, all of it.
        :param set: What a job that matches is brought to.
        :param limit: The most jobs that may match at once; more is an error, nothing is written.
        :param except_: Jobs that are left alone, as `app/environment/job`.
        :param wait: After the updates, poll until each job shows what is set.
        :param opts: Pulumi's resource options.
        """
        inputs: dict[str, Any] = {
            "apps": apps,
            "environments": environments,
            "match": match,
            "set": set,
        }
        inputs.update({"limit": limit, "except": except_, "wait": wait})
        given = {name: awaited(value) for name, value in inputs.items() if value is not None}
        secret = secret_among({name: given[name] for name in SHOWN_ARGUMENTS if name in given})
        opts = opts or pulumi.ResourceOptions()
        internal = internal_inputs(self, resource_name, opts)
        properties = {**given, **secret, "matches": None, "settled": None, **internal}
        end_when_interrupted()
        super().__init__(self._implementation, resource_name, properties, opts)

    @property
    def matches(self) -> pulumi.Output[dict[str, Any] | None]:
        """What the rule found last, by `app/environment/job`: created, from and to."""
        return or_absent(pulumi.get(self, "matches"), pulumi.get(self, "settled"))


@dataclass(frozen=True)
class Declared:
    """What the stack config declares, by Pulumi resource name."""

    jobs: dict[str, BackendJob]
    rules: dict[str, BackendJobRule]


def declare_config(opts: pulumi.ResourceOptions | None = None) -> Declared:
    """Declare every job and every rule of the stack config; otherwise like `from_config`."""
    end_when_interrupted()
    config = read_config()
    for warning in config.warnings:
        pulumi.log.warn(warning)
    jobs = {name: _declare(name, each, opts) for name, each in config.declared.items()}
    adopted = [_key_of(jobs[name]) for name in config.latest]
    rules = {name: _declare_rule(name, each, adopted, opts) for name, each in config.rules.items()}
    return Declared(jobs, rules)


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
    values: Mapping[str, Any] = CONFIG.get()
    secret = {key for key in values if is_config_secret(key)}
    project = Path(pulumi.get_root_directory() or Path.cwd())
    if f"{NAMESPACE}:rules" in secret:
        raise ProgramConfigError(
            [f"{NAMESPACE}:rules is encrypted, but what it matches is shown: set it as plain text"]
        )
    try:
        return engine_config(values, secret, project, pulumi.get_stack())
    except ConfigError as error:
        raise ProgramConfigError(error.problems) from None


def _declare(name: str, declared: DeclaredJob, opts: pulumi.ResourceOptions | None) -> BackendJob:
    """Declare a job, with those of its arguments as secrets that the config has encrypted."""
    arguments = {
        key: pulumi.Output.secret(value) if camel(key) in declared.secret else value
        for key, value in declared.arguments.items()
    }
    return BackendJob(name, **arguments, opts=opts)


def _key_of(job: BackendJob) -> pulumi.Output[str | None]:
    """Return `app/environment/job`, also in a preview that does not know the resource's ID yet.

    Where `--target` or `--exclude` leave the job out before it was adopted, it has no outputs. The
    engine refuses what depends on it; that must get as far as the engine.
    """
    parts = pulumi.Output.all(job.app_id, job.backend_environment_name, job.job_id)
    return parts.apply(lambda known: str(JobKey(*known)) if all(known) else None)


def _declare_rule(
    name: str,
    declared: DeclaredRule,
    adopted: Sequence[pulumi.Output[str | None]],
    opts: pulumi.ResourceOptions | None,
) -> BackendJobRule:
    """Declare a rule that leaves alone what the jobs declared as `latest` have adopted.

    Only the state knows these. As the rule takes them for its input, the engine hands them over
    whatever the run looks like, also one without a refresh, or with a target.
    """
    arguments = {**declared.arguments}
    left_alone = [*arguments.pop("except", ()), *adopted]
    return BackendJobRule(name, **arguments, except_=left_alone or None, opts=opts)
