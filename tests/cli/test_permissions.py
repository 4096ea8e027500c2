"""What each command must be allowed: the policies of the pages are enough, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from reference.permissions import (
    ASSUME,
    ENVIRONMENTS,
    GET,
    LIST,
    PREVIEW,
    RULES_PREVIEW,
    RULES_UP,
    UP,
    UPDATE,
    USES,
    Place,
    assume,
    policy,
    statements,
)
from tests.permissions import (
    ACCOUNT,
    EVERY_APP,
    HERE,
    JOBS,
    RULE,
    denial,
    made,
    permit,
    seed,
    without,
)
from tests.samples import APP, job

from .conftest import Project

LIVE = {name: {**each, "status": "RUNNING"} for name, each in JOBS.items()}
"""The same jobs as declared, so that `watch` ends at once."""


@dataclass(frozen=True)
class Run:
    """A command, what its stack declares, and what it needs."""

    arguments: tuple[str, ...]
    actions: tuple[str, ...]
    jobs: Mapping[str, Any]
    rules: Mapping[str, Any]
    exit_code: int = 0

    def of(self, project: Project) -> tuple[int, str]:
        project.declare(self.jobs, **({"rules": self.rules} if self.rules else {}))
        result = project.invoke(*self.arguments)
        return result.exit_code, " ".join(result.output.split())


WITH_RULE = {"stuck": RULE}
FINISHED = {"stuck": {**RULE, "match": {"status": "GONE"}}}
TRY = ("try", f"{APP}/prod/1", "--status", "FAILED", "--yes", "--read-for", "1s", "-s", "dev")
RUNS = {
    "plan": Run(("plan",), PREVIEW, JOBS, {}, 2),
    "watch": Run(("watch", "--timeout", "5m"), PREVIEW, LIVE, {}),
    "apply": Run(("apply", "--yes"), UP, JOBS, {}),
    "plan with rules": Run(("plan",), RULES_PREVIEW, JOBS, WITH_RULE, 2),
    "watch with rules": Run(("watch", "--timeout", "5m"), RULES_PREVIEW, LIVE, FINISHED),
    "apply with rules": Run(("apply", "--yes"), RULES_UP, JOBS, WITH_RULE),
    "list": Run(("list",), USES["`list`"], JOBS, {}),
    "discover": Run(("discover", "--stack", "dev"), USES["`discover`"], {}, {}),
    "try": Run(TRY, USES["`try`"], JOBS, {}),
}
RESOURCES = [
    (name, statement["Sid"])
    for name, run in RUNS.items()
    for statement in statements(run.actions, EVERY_APP)
]
TAKEN_AWAY = [(name, action) for name, run in RUNS.items() for action in run.actions]


@pytest.mark.parametrize("name", RUNS)
def test_a_command_needs_its_policy_and_uses_all_of_it(
    name: str, project: Project, emulator: Emulator
) -> None:
    run = RUNS[name]
    seed(emulator)
    permit(emulator, run.actions)
    exit_code, output = run.of(project)
    assert exit_code == run.exit_code, output
    assert "denied" not in output
    assert made(emulator) == set(run.actions)


@pytest.mark.parametrize(("name", "action"), TAKEN_AWAY)
def test_without_one_action_a_command_fails_with_a_line_that_names_it(
    name: str, action: str, project: Project, emulator: Emulator
) -> None:
    run = RUNS[name]
    seed(emulator)
    permit(emulator, without(run.actions, action))
    exit_code, output = run.of(project)
    assert exit_code == 1, output
    assert denial(action) in output
    assert "Traceback" not in output


@pytest.mark.parametrize(("name", "sid"), RESOURCES)
def test_without_one_resource_a_command_fails_with_a_line_that_names_the_action(
    name: str, sid: str, project: Project, emulator: Emulator
) -> None:
    run = RUNS[name]
    seed(emulator)
    given = statements(run.actions, EVERY_APP)
    [taken] = [each for each in given if each["Sid"] == sid]
    assert isinstance(taken["Resource"], str), "a second resource is one more to take away"
    elsewhere = {**taken, "Resource": "arn:aws:amplify:eu-west-1:123456789012:elsewhere"}
    changed = [elsewhere if each is taken else each for each in given]
    emulator.seed({"policies": {ACCOUNT: policy(*changed)}})
    exit_code, output = run.of(project)
    assert exit_code == 1, output
    named = [taken["Action"]] if isinstance(taken["Action"], str) else taken["Action"]
    assert any(denial(action) in output for action in named)


def test_without_lists_declared_jobs_are_read_one_by_one(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job(str(number)) for number in range(3)])
    permit(emulator, [GET, UPDATE], HERE)
    project.declare({f"j{n}": {"jobId": str(n), "status": "FAILED"} for n in range(3)})
    assert project.invoke("apply", "--yes").exit_code == 0
    assert [each.status for each in emulator.jobs()] == ["FAILED"] * 3


@pytest.mark.parametrize(
    ("place", "named"),
    [
        (HERE, None),
        (Place(app="d0other"), GET),
        (Place(app=APP, region="us-east-1"), GET),
        (Place(app=APP, account="111122223333"), GET),
    ],
    ids=["here", "another app", "another region", "another account"],
)
def test_a_policy_holds_for_its_app_and_region_alone(
    project: Project, emulator: Emulator, place: Place, named: str | None
) -> None:
    seed(emulator)
    permit(emulator, UP, place)
    project.declare({"lone": JOBS["lone"]})
    result = project.invoke("apply", "--yes")
    assert result.exit_code == (1 if named else 0), result.output
    assert ("FAILED" in {each.status for each in emulator.jobs()}) is (named is None)
    assert named is None or denial(named) in " ".join(result.output.split())


def test_an_app_s_policy_is_enough_for_a_rule_that_names_the_app(
    project: Project, emulator: Emulator
) -> None:
    seed(emulator)
    permit(emulator, [ENVIRONMENTS, LIST, GET, UPDATE], HERE)
    project.declare({}, rules={"stuck": {**RULE, "apps": [APP]}})
    result = project.invoke("apply", "--yes")
    assert result.exit_code == 0, result.output
    assert emulator.job(APP, "test", "3").status == "FAILED"


HUB, A = "arn:aws:iam::123456789012:user/AKIDEXAMPLE", "111122223333"
ROLE = f"arn:aws:iam::{A}:role/amplify-jobs"


@pytest.fixture
def fleet(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Project, Emulator]]:
    """A stack with a target, whose role has the policy of rules, and the hub that of targets."""
    live = {"eu-west-1": {"jobs": [job("1"), job("3", environment="test")]}}
    live["eu-west-1"]["jobs"].append(job("kept", environment="test"))
    with Emulator(seed={"accounts": {A: live}}) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
        place = Place(account=A, region="*", app="*")
        emulator.seed(
            {
                "policies": {
                    HUB: policy(assume("amplify-jobs", [A])),
                    ROLE: policy(*statements(RULES_UP, place)),
                }
            }
        )
        target = {"region": "eu-west-1", "accountId": A, "assumeRoles": [{"roleArn": ROLE}]}
        project.declare(
            {"lone": {**JOBS["lone"], "target": "shop"}},
            endpoint=None,
            targets={"shop": target},
            rules={"stuck": {**RULE, "targets": ["shop"]}},
        )
        yield project, emulator


def test_targets_need_the_role_s_policy_and_the_way_to_the_role(
    fleet: tuple[Project, Emulator],
) -> None:
    project, emulator = fleet
    result = project.invoke("apply", "--yes")
    assert result.exit_code == 0, result.output
    statuses = {each.job_id: each.status for each in emulator.at(A, "eu-west-1").jobs()}
    assert statuses == {"1": "FAILED", "3": "FAILED", "kept": "RUNNING"}


@pytest.mark.parametrize(
    ("principal", "given", "action"),
    [
        (HUB, policy(assume("another-role", [A])), ASSUME),
        (HUB, policy(assume("amplify-jobs", ["444455556666"])), ASSUME),
        (HUB, policy(), ASSUME),
        (ROLE, policy(*statements(RULES_PREVIEW, EVERY_APP)), GET),
        (ROLE, policy(*statements(RULES_PREVIEW, Place(A, "*", "*"))), UPDATE),
    ],
    ids=["another role", "another account", "no role", "another account's jobs", "no updates"],
)
def test_without_a_target_s_rights_a_line_names_the_action(
    fleet: tuple[Project, Emulator], principal: str, given: dict[str, Any], action: str
) -> None:
    project, emulator = fleet
    emulator.seed({"policies": {principal: given}})
    result = project.invoke("apply", "--yes")
    assert result.exit_code == 1
    assert f"allow the IAM action {action}" in " ".join(result.output.split())
    assert {each.status for each in emulator.at(A, "eu-west-1").jobs()} == {"RUNNING"}


@pytest.mark.parametrize("command", ["validate", "targets"])
def test_what_is_offline_needs_nothing(command: str, project: Project, emulator: Emulator) -> None:
    permit(emulator, [])
    project.declare(JOBS)
    assert project.invoke(command).exit_code == 0
    assert emulator.requests() == []


def test_every_command_of_the_table_is_tried() -> None:
    assert {run.actions for run in RUNS.values()} == set(USES.values())
