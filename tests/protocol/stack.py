"""A stack of declared jobs in the testing host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pulumi_amplify_jobs.spelling import camel
from pulumi_amplify_jobs.testing import Host, Problem, RunFailedError, Step
from pulumi_amplify_jobs.testing.resources import Resource
from pulumi_amplify_jobs.testing.wire import Bag
from tests.updates import updates as updates

from .calls import JobCalls


def as_config(jobs: Mapping[str, Bag]) -> dict[str, Bag]:
    """Return declared inputs as they stand in stack config."""
    return {
        name: {camel(key): value for key, value in inputs.items()} for name, inputs in jobs.items()
    }


def planned(step: Step) -> Any:
    """Return what check decided, without the moment at which the live job was updated."""
    plan = dict(step.inputs["plan"])
    if "from" in plan:
        plan["from"] = {key: value for key, value in plan["from"].items() if key != "updated"}
    return plan


def moved(to: Bag, **live: str) -> Bag:
    """Return the plan of an update: to these fields, from a live job that shows those."""
    return {"action": "update", "from": {"operation": "UpdateBackendAPI", **live}, "to": to}


def left_alone(reason: str) -> Bag:
    """Return the plan of a job that is left alone."""
    return {"action": "skipped", "reason": reason}


ADOPT: Bag = {"action": "adopt"}
NOTHING: Bag = {"action": "nothing"}


def problem_of(run: Callable[[], object]) -> Problem:
    """Return why a run fails: for one reason."""
    with pytest.raises(RunFailedError) as failed:
        run()
    (problem,) = failed.value.errors
    return problem


@dataclass
class Stack:
    """Declared jobs, and the host that brings them there. Each run has a process of its own."""

    host: Host
    jobs: dict[str, Bag]
    """Inputs by name, as the host's program registers them."""
    settings: dict[str, Any]
    """Stack config, on top of the jobs."""

    @property
    def state(self) -> dict[str, Resource]:
        """What earlier runs left, by name."""
        return self.host.resources

    def preview(self, *, refresh: bool = True) -> Mapping[str, Step]:
        """Refresh and plan; the state stays as it is."""
        return self._configured().preview(refresh=refresh).steps

    def up(self, *, refresh: bool = True) -> Mapping[str, Step]:
        """Refresh, plan and do what is planned."""
        return self._configured().up(refresh=refresh).steps

    def refresh(self) -> None:
        """Read every resource, and forget those that are gone."""
        self._configured().refresh()

    def start(self) -> JobCalls:
        """Start a plugin process for calls of a test's own."""
        return JobCalls(self._configured().plugin())

    def answers(self, method: str) -> list[Bag | None]:
        """Return what the last run's calls of a method were answered."""
        return [call.answer for call in self.host.calls if call.method == method]

    def _configured(self) -> Host:
        self.host.config = {"amplify-jobs:jobs": as_config(self.jobs), **self.settings}
        return self.host
