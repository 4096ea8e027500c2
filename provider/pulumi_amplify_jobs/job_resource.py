"""The resource of a job."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

import pulumi
from pulumi.dynamic import Resource

from .domain.jobs import IfMissing
from .domain.keys import KEY_FIELDS
from .domain.plan import FIELDS
from .dynamic.internal_properties import internal_inputs
from .dynamic.preview_outputs import only_recorded, or_absent, reason_or_absent, unless_left_alone
from .dynamic.properties import ignored_fields
from .dynamic.provider import Provider
from .dynamic.secret_values import awaited, secrecy
from .interrupt import end_when_interrupted

OUTPUTS = (*FIELDS, "create_time", "update_time", "error", "skipped", "declared", "plan")
"""Properties that the provider sets: the SDK hands out only those that are registered."""


UNCERTAIN = frozenset({"when", "if_missing", "target"})
"""Arguments of a job that may stay as it is: it may be left alone, or its target unreadable."""


class WhenArgs(TypedDict, total=False):
    """A precondition: leave the job alone unless it is live as said here."""

    operation: pulumi.Input[str]
    status: pulumi.Input[str]


class TargetRole(TypedDict, total=False):
    """A role to assume; `role_arn` is required."""

    role_arn: pulumi.Input[str]
    duration: pulumi.Input[str]
    """How long the session lasts, such as 1h."""
    external_id: pulumi.Input[str]
    policy: pulumi.Input[str]
    policy_arns: pulumi.Input[Sequence[pulumi.Input[str]]]
    session_name: pulumi.Input[str]
    source_identity: pulumi.Input[str]
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    transitive_tag_keys: pulumi.Input[Sequence[pulumi.Input[str]]]


class Target(TypedDict, total=False):
    """An account and a region that a program computes; `name` is required.

    What it leaves out is as at the top of the stack config.
    """

    name: pulumi.Input[str]
    region: pulumi.Input[str]
    account_id: pulumi.Input[str]
    """With credentials of any other account, no call is made."""
    profile: pulumi.Input[str]
    assume_roles: pulumi.Input[Sequence[pulumi.Input[TargetRole]]]
    endpoint: pulumi.Input[str]
    max_retries: pulumi.Input[int]
    retry_mode: pulumi.Input[str]


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

    if TYPE_CHECKING:  # the SDK evaluates a class's annotations again for each of its resources
        app_id: pulumi.Output[str]
        backend_environment_name: pulumi.Output[str]
        job_id: pulumi.Output[str]
    _implementation = Provider()

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
        target: pulumi.Input[str | Target] | None = None,
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
        :param target: The target that has the app, by its name or as a `Target`.
        :param opts: Pulumi's resource options.
        """
        given = _given(
            app_id=app_id,
            backend_environment_name=backend_environment_name,
            job_id=job_id,
            operation=operation,
            status=status,
            when=when,
            if_missing=if_missing,
            wait=wait,
            target=target,
        )
        opts = pulumi.ResourceOptions.merge(opts, None)
        properties = self._properties(resource_name, given, opts)
        end_when_interrupted()
        super().__init__(self._implementation, resource_name, properties, opts)
        self._settle_outputs(given, opts)

    def _properties(
        self, name: str, given: Mapping[str, Any], opts: pulumi.ResourceOptions
    ) -> dict[str, Any]:
        inputs = awaited(given)
        return {
            **dict.fromkeys((*KEY_FIELDS, *self._outputs_beside(given))),
            **inputs,
            **secrecy(inputs, opts),
            **internal_inputs(self, name, opts),
        }

    def _settle_outputs(self, given: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        """Have the registered outputs show what a program may know, and no more."""
        # Where a program exports the resource as a whole, these are what it exports.
        self._declared = self.__dict__.pop("declared", None)
        self._plan = self.__dict__.pop("plan", None)
        if not isinstance(given.get("job_id"), str):
            self.__dict__["job_id"] = pulumi.get(self, "job_id").apply(_found_id)
        if pulumi.runtime.is_dry_run():
            self._keep_wishes_out(given, ignored_fields(opts.ignore_changes or ()))

    def _outputs_beside(self, given: Collection[str]) -> Collection[str]:  # noqa: ARG002
        """Return the outputs to register beside the arguments; the SDK spends time on each."""
        return OUTPUTS

    def _keep_wishes_out(self, options: Mapping[str, Any], ignored: Collection[str]) -> None:
        """Have no output show what is wanted of a job that may stay as it is."""
        for field in FIELDS:
            value = self.__dict__.get(field)
            if value is None:
                continue
            if field in ignored:
                self.__dict__[field] = only_recorded(value, self._declared)
            elif options.keys() & UNCERTAIN:
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
    def plan(self) -> pulumi.Output[dict[str, Any] | None]:
        """What is decided about the job: its action, and from what to what."""
        plan: pulumi.Output[dict[str, Any] | None] = self._plan
        return plan

    @property
    def skipped(self) -> pulumi.Output[str | None]:
        """Why the job was left alone."""
        return reason_or_absent(pulumi.get(self, "skipped"), self._plan, self._declared)

    def _output(self, name: str) -> pulumi.Output[str | None]:
        return or_absent(pulumi.get(self, name), self._declared)


def _given(**arguments: Any) -> dict[str, Any]:
    # The SDK spends time on every property, absent or not: options come along when given.
    return {name: value for name, value in arguments.items() if value is not None}


def _found_id(value: object) -> str | None:
    """Return an ID; None where a run leaves out the job, so that its argument stands there."""
    return value if isinstance(value, str) else None
