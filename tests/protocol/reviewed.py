"""Runs of rules under a reviewed plan, as the engine has them: one process for each run.

What a plan allows is the engine's to say (pulumi/pulumi, pkg/resource/deploy/plan.go, checkDiff):
inputs may differ from the planned ones only where those are unknown, and a resource that was to
stay the same is not updated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from pulumi.dynamic.dynamic import serialize_provider

from pulumi_amplify_jobs.dynamic.rule_provider import RuleProvider
from pulumi_amplify_jobs.testing import Host
from pulumi_amplify_jobs.testing.calls import CallFailed, Provider
from pulumi_amplify_jobs.testing.resources import Goal, Resource, urn_of
from pulumi_amplify_jobs.testing.wire import PROVIDER, UNKNOWN, Bag

from .resources import PROJECT, STACK

TYPE = "pulumi-python:dynamic/amplify:BackendJobRule"
SERIALIZED = serialize_provider(RuleProvider())


class _Refused(Exception):  # noqa: N818 - reads as what happened
    """A check failed."""


@dataclass(frozen=True)
class Planned:
    """What is to become of a rule."""

    changes: bool
    inputs: Bag

    @property
    def named(self) -> frozenset[str]:
        """The jobs that stand in the preview."""
        return frozenset(self.inputs.get("matches") or ())


@dataclass
class Rules:
    """Declared rules by name, and what earlier runs left of them."""

    host: Host
    declared: Mapping[str, Bag]
    state: dict[str, Resource] = field(default_factory=dict)

    def preview(self, unknown: Callable[[Bag], Bag]) -> dict[str, Planned] | None:
        """Return what a run would do, or None where it would fail."""
        with self._process() as provider:
            try:
                return {
                    name: self._planned(provider, name, unknown(inputs))
                    for name, inputs in self.declared.items()
                }
            except _Refused:
                return None

    def up(
        self,
        plan: Mapping[str, Planned] | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> dict[str, Planned]:
        """Do what is needed until one is refused, `meanwhile` after each check.

        Returns what was planned of those that were not.
        """
        done = {}
        with self._process() as provider, suppress(_Refused, CallFailed):
            for name, inputs in self.declared.items():
                step = self._planned(provider, name, inputs)
                if plan is not None and not allowed(plan[name], step):
                    break
                meanwhile()
                done[name] = step
                if step.changes:
                    self._do(provider, name, step)
        return done

    @contextmanager
    def _process(self) -> Iterator[Provider]:
        plugin = self.host.plugin()
        try:
            yield plugin.provider
        finally:
            plugin.finish()
            plugin.stop()

    def _planned(self, provider: Provider, name: str, inputs: Bag) -> Planned:
        old = self.state.get(name)
        news = {**inputs, PROVIDER: SERIALIZED, "__urn": _urn(name)}
        checked = provider.check(_urn(name), old.inputs if old else {}, news)
        if checked.failures:
            raise _Refused
        if old is None:
            return Planned(True, checked.inputs)
        found = provider.diff(old, checked.inputs)
        return Planned(bool(found.changes), checked.inputs)

    def _do(self, provider: Provider, name: str, step: Planned) -> None:
        old = self.state.get(name)
        if old is None:
            live = provider.create(_urn(name), step.inputs)
        else:
            live = provider.update(old, step.inputs)
        self.state[name] = Goal(_urn(name), step.inputs).resource(name, step.inputs, live.outputs)


def allowed(planned: Planned, step: Planned) -> bool:
    """Say whether a plan allows a step."""
    return planned.changes >= step.changes and _fits(planned.inputs, step.inputs)


def _fits(planned: Any, value: Any) -> bool:
    if planned == UNKNOWN:
        return True
    if isinstance(planned, dict) and isinstance(value, dict):
        return all(
            planned.get(key) == UNKNOWN
            or (key in planned and key in value and _fits(planned[key], value[key]))
            for key in planned.keys() | value.keys()
        )
    if isinstance(planned, list) and isinstance(value, list):
        return len(planned) == len(value) and all(map(_fits, planned, value))
    return bool(planned == value)


def _urn(name: str) -> str:
    return urn_of(STACK, PROJECT, TYPE, name)
