"""The resource of a rule, and the rules of stack config as resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi
from pulumi.dynamic import Resource

from .config.rule_loader import DeclaredRule
from .dynamic.internal_properties import internal_inputs
from .dynamic.preview_outputs import or_absent
from .dynamic.rule_provider import RuleProvider
from .dynamic.secret_values import awaited, secret_among
from .interrupt import end_when_interrupted
from .job_resource import Target, WaitArgs

SHOWN_ARGUMENTS = ("apps", "environments", "match", "set")
"""Arguments of a rule that stand in what it matches, for all to see."""


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

    _implementation = RuleProvider()

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
        target: pulumi.Input[str | Target] | None = None,
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
        :param target: The target that the rule is about, by name or as a `Target`.
        :param opts: Pulumi's resource options.
        """
        inputs: dict[str, Any] = {
            "apps": apps,
            "environments": environments,
            "match": match,
            "set": set,
        }
        inputs.update({"limit": limit, "except": except_, "wait": wait, "target": target})
        given = {name: awaited(value) for name, value in inputs.items() if value is not None}
        secret = secret_among({name: given[name] for name in SHOWN_ARGUMENTS if name in given})
        opts = opts or pulumi.ResourceOptions()
        internal = internal_inputs(self, resource_name, opts)
        outputs = dict.fromkeys(("matches", "settled", *(["plan"] if "target" in given else [])))
        properties = {**given, **secret, **outputs, **internal}
        end_when_interrupted()
        super().__init__(self._implementation, resource_name, properties, opts)

    @property
    def settled(self) -> pulumi.Output[list[dict[str, Any]]]:
        """What the rule has written, the newest first, 100 at least: job, from, to, time (UTC)."""
        settled: pulumi.Output[list[dict[str, Any]]] = pulumi.get(self, "settled")
        return settled

    @property
    def plan(self) -> pulumi.Output[dict[str, Any] | None]:
        """The error of a target that can't be read; unknown or absent otherwise."""
        plan: pulumi.Output[dict[str, Any] | None] = pulumi.get(self, "plan")
        return plan

    @property
    def matches(self) -> pulumi.Output[dict[str, Any] | None]:
        """What the rule found last, by `app/environment/job`: created, from and to."""
        return or_absent(pulumi.get(self, "matches"), pulumi.get(self, "settled"))


def declare_rules(
    declared: Mapping[str, DeclaredRule],
    adopted: Sequence[tuple[str, pulumi.Output[str | None]]],
    opts: pulumi.ResourceOptions | None,
) -> dict[str, BackendJobRule]:
    """Declare rules, by name.

    `adopted` are the IDs of the jobs that were found as `latest`, behind their targets.
    """
    return {
        name: _declare(name, each, [id_ for t, id_ in adopted if t == each.rule.target], opts)
        for name, each in declared.items()
    }


def _declare(
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
