"""The calls that a command makes, all of them: what costs time, and what AWS throttles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.samples import job, rule

from .conftest import Project

GET, LIST, UPDATE = "GetBackendJob", "ListBackendJobs", "UpdateBackendJob"
APPS, ENVIRONMENTS = "ListApps", "ListBackendEnvironments"

RULE = rule(match={"status": "RUNNING"}, limit=100)


@dataclass(frozen=True)
class Scenario:
    """So many declared jobs in each environment, and the calls of `plan` and of `apply --yes`."""

    jobs: Mapping[str, int]
    plan: Mapping[str, int]
    apply: Mapping[str, int]
    live: str = "RUNNING"
    others: int = 0
    """Live jobs of each environment that nothing declares."""
    options: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)


SCENARIOS = {
    "a job": Scenario({"prod": 1}, {GET: 1}, {GET: 2, UPDATE: 1}),
    "a job that is as declared": Scenario({"prod": 1}, {GET: 1}, {GET: 1}, live="FAILED"),
    "5 jobs": Scenario({"prod": 5}, {LIST: 1}, {LIST: 1, GET: 5, UPDATE: 5}),
    "5 jobs that are as declared": Scenario({"prod": 5}, {LIST: 1}, {LIST: 1}, live="FAILED"),
    "60 jobs": Scenario({"prod": 60}, {LIST: 3}, {LIST: 3, GET: 60, UPDATE: 60}),
    "20 environments": Scenario(
        {f"e{number}": 2 for number in range(20)}, {LIST: 20}, {LIST: 20, GET: 40, UPDATE: 40}
    ),
    "left alone": Scenario(
        {"prod": 5}, {LIST: 1}, {LIST: 1}, options={"when": {"status": "COMPLETED"}}
    ),
    "waited for": Scenario(
        {"prod": 2},
        {LIST: 1},
        {LIST: 1, GET: 2, UPDATE: 2},
        options={"wait": {"timeout": "1h"}},
    ),
    "3 of 203 jobs": Scenario(
        {"prod": 3}, {LIST: 2, GET: 3}, {LIST: 2, GET: 6, UPDATE: 3}, others=200
    ),
    "a rule": Scenario(
        {},
        {APPS: 1, ENVIRONMENTS: 1, LIST: 2},
        {APPS: 1, ENVIRONMENTS: 1, LIST: 2, GET: 30, UPDATE: 30},
        others=30,
        rules={"stuck": RULE},
    ),
}


def arrange(scenario: Scenario, project: Project, emulator: Emulator) -> None:
    environments = scenario.jobs or {"prod": 0}
    declared = {
        f"{name}-{number}": {
            "backendEnvironmentName": name,
            "jobId": f"{number}",
            "status": "FAILED",
            **scenario.options,
        }
        for name, count in environments.items()
        for number in range(count)
    }
    live = [
        job(each["jobId"], scenario.live, environment=each["backendEnvironmentName"])
        for each in declared.values()
    ]
    others = [
        job(f"other-{number}", environment=name)
        for name in environments
        for number in range(scenario.others)
    ]
    emulator.seed([*others, *live])
    project.declare(declared, **({"rules": scenario.rules} if scenario.rules else {}))


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]], ids=["plan", "apply"])
def test_a_command_makes_these_calls(
    name: str, command: list[str], project: Project, emulator: Emulator
) -> None:
    scenario = SCENARIOS[name]
    arrange(scenario, project, emulator)
    result = project.invoke(*command)
    assert result.exit_code in (0, 2), result.output
    made = Counter(request.operation for request in emulator.requests())
    assert made == (scenario.plan if command == ["plan"] else scenario.apply)
