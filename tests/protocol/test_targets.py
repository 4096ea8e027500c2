"""Targets under the plugin: each reached by its own settings, and apart from the others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host, RunFailedError
from tests.samples import APP, job
from tests.updates import updates

from .conftest import ROOT
from .ruled import RULE
from .stack import problem_of

FAILED = {"status": "FAILED"}
PROGRAM = """
import pulumi
from pulumi_amplify_jobs import BackendJob, Target

target: Target = {{"name": "{name}", "region": "{region}", "endpoint": "{endpoint}"}}
BackendJob(
    "a", app_id="{app}", backend_environment_name="prod", job_id="1", status="FAILED", target=target
)
"""


@pytest.fixture
def other() -> Iterator[Emulator]:
    """Another account and region."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def fleet(host: Host, emulator: Emulator, other: Emulator) -> Host:
    """A host with two targets, `here` and `there`, and nothing at the top."""
    host.config = {
        "amplify-jobs:maxRetries": "0",
        "amplify-jobs:targets": {
            "here": {"region": "eu-west-1", "endpoint": emulator.url, "tags": {"team": "web"}},
            "there": {"region": "us-east-1", "endpoint": other.url},
        },
        "amplify-jobs:defaults": {"appId": APP, "backendEnvironmentName": "prod"},
    }
    return host


def declare(host: Host, **jobs: dict[str, Any]) -> None:
    """Declare jobs by name."""
    host.config = {**host.config, "amplify-jobs:jobs": jobs}


@pytest.mark.also_without_frames
def test_each_job_is_read_and_written_in_its_own_target(
    fleet: Host, emulator: Emulator, other: Emulator
) -> None:
    emulator.seed([job("1")])
    other.seed([job("1", "COMPLETED")])
    declare(
        fleet,
        a={"jobId": "1", "status": "FAILED", "target": "here"},
        b={"jobId": "1", "status": "COMPLETED", "target": "there"},
    )
    steps = fleet.preview().steps
    assert [steps[name].inputs["plan"]["action"] for name in "ab"] == ["update", "adopt"]
    assert {steps[name].inputs["target"] for name in "ab"} == {"here", "there"}
    fleet.up()
    assert (updates(emulator), updates(other)) == ([FAILED], [])
    assert {each.id for each in fleet.resources.values() if each.id} >= {f"{APP}/prod/1"}
    assert fleet.up().changes == {}
    assert (updates(emulator), updates(other)) == ([FAILED], [])


def test_renaming_a_target_makes_no_call_and_replaces_nothing(
    fleet: Host, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    declare(fleet, a={"jobId": "1", "status": "FAILED", "target": "here"})
    fleet.up()
    targets = fleet.config["amplify-jobs:targets"]
    fleet.config = {**fleet.config, "amplify-jobs:targets": {"renamed": targets["here"]}}
    declare(fleet, a={"jobId": "1", "status": "FAILED", "target": "renamed"})
    assert fleet.preview().changes == {"a": "update"}
    fleet.up()
    assert updates(emulator) == [FAILED]
    assert fleet.resources["a"].outputs["target"] == "renamed"
    assert fleet.up().changes == {}


def test_a_rule_is_a_resource_in_each_of_its_targets(
    fleet: Host, emulator: Emulator, other: Emulator
) -> None:
    emulator.seed([job("1"), job("2")])
    other.seed([job("1"), job("3")])
    fleet.config = {**fleet.config, "amplify-jobs:rules": {"stuck": {**RULE, "targets": ["*"]}}}
    declare(fleet, a={"jobId": "1", "status": "RUNNING", "target": "here"})
    steps = fleet.preview().steps
    # What is declared in one target is nothing to the other.
    assert set(steps["stuck@here"].inputs["matches"]) == {f"{APP}/prod/2"}
    assert set(steps["stuck@there"].inputs["matches"]) == {f"{APP}/prod/1", f"{APP}/prod/3"}
    assert "targets" not in steps["stuck@here"].inputs
    fleet.up()
    assert (len(updates(emulator)), len(updates(other))) == (1, 2)
    assert fleet.up().changes == {}


def test_the_limit_is_that_of_one_target(fleet: Host, emulator: Emulator, other: Emulator) -> None:
    emulator.seed([job("1")])
    other.seed([job("1"), job("2")])
    rule = {**RULE, "limit": 1, "targets": ["*"]}
    fleet.config = {**fleet.config, "amplify-jobs:rules": {"stuck": rule}}
    problem = problem_of(fleet.preview)
    assert "stuck@there" in problem.message
    assert "2 jobs match, more than the limit of 1" in problem.message


def test_an_adopted_latest_job_is_an_exception_in_its_own_target_only(
    fleet: Host, emulator: Emulator, other: Emulator
) -> None:
    emulator.seed([job("1")])
    other.seed([job("1")])
    fleet.config = {**fleet.config, "amplify-jobs:rules": {"stuck": {**RULE, "targets": ["*"]}}}
    declare(fleet, a={"jobId": {"latest": {}}, "status": "RUNNING", "target": "here"})
    steps = fleet.preview().steps
    assert "matches" not in steps["stuck@here"].inputs
    assert set(steps["stuck@there"].inputs["matches"]) == {f"{APP}/prod/1"}


def test_a_region_without_backend_jobs_is_refused_before_any_call(
    fleet: Host, emulator: Emulator
) -> None:
    targets = fleet.config["amplify-jobs:targets"]
    wrong = {"here": {**targets["here"], "region": "mars-1"}}
    fleet.config = {**fleet.config, "amplify-jobs:targets": wrong}
    declare(fleet, a={"jobId": "1", "status": "FAILED", "target": "here"})
    problem = problem_of(fleet.preview)
    assert "target here: region mars-1 has no backend jobs" in problem.message
    assert "eu-west-1" in problem.message
    assert emulator.requests() == []


class TestOfAProgram:
    """Targets that a program computes."""

    def test_a_target_is_reached_as_its_arguments_say(
        self, project: Path, emulator: Emulator, other: Emulator
    ) -> None:
        emulator.seed([job("1")])
        other.seed([job("1")])
        main = project / "__main__.py"
        self.write(main, other.url)
        with Host(project, endpoint=emulator.url) as host:
            step = host.preview().steps["a"]
            assert step.inputs["target"] == {
                "name": "computed",
                "region": "eu-west-1",
                "endpoint": other.url,
            }
            host.up()
            assert (updates(emulator), updates(other)) == ([], [FAILED])
            # Under the same name it now leads elsewhere: what was read there before is not asked.
            self.write(main, emulator.url)
            host.up()
            assert (updates(emulator), updates(other)) == ([FAILED], [FAILED])

    def test_what_is_wrong_with_it_is_told_at_its_argument(
        self, project: Path, emulator: Emulator
    ) -> None:
        self.write(project / "__main__.py", emulator.url, name="a b")
        with Host(project, endpoint=emulator.url) as host:
            problem = problem_of(host.preview)
        assert "target.name is no target's name" in problem.message

    @staticmethod
    def write(main: Path, endpoint: str, name: str = "computed") -> None:
        main.write_text(PROGRAM.format(name=name, region="eu-west-1", endpoint=endpoint, app=APP))


def test_a_shard_declares_the_resources_of_its_targets_only(
    project: Path,
    emulator: Emulator,
    other: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    fleet: Host,
) -> None:
    emulator.seed([job("1")])
    other.seed([job("1")])
    declare(
        fleet,
        a={"jobId": "1", "status": "FAILED", "target": "here"},
        b={"jobId": "1", "status": "FAILED", "target": "there"},
    )
    config = fleet.config
    shutil.copy(ROOT / "__main__.py", project)
    found = []
    for number in (1, 2):
        monkeypatch.setenv("AMPLIFY_JOBS_SHARD", f"{number}/2")
        with Host(project) as host:
            host.config = config
            found.append({name for name in host.preview().steps if len(name) == 1})
    assert sorted(map(sorted, found)) in ([["a"], ["b"]], [[], ["a", "b"]])


class TestOfATargetThatCantBeRead:
    """It fails by itself: the check of its resources passes, the step that would write does not."""

    @pytest.fixture
    def sick(self, fleet: Host, emulator: Emulator, other: Emulator) -> Host:
        emulator.seed([job("1")])
        other.seed([job("1")])
        other.fault("denied")
        declare(
            fleet,
            a={"jobId": "1", "status": "FAILED", "target": "there"},
            c={"jobId": "1", "status": "FAILED", "target": "here"},
        )
        fleet.config = {
            **fleet.config,
            "amplify-jobs:rules": {"stuck": {**RULE, "targets": ["*"]}},
        }
        return fleet

    def test_a_preview_shows_all_and_fails_at_its_end(self, sick: Host) -> None:
        with pytest.raises(RunFailedError) as failed:
            sick.preview()
        *reasons, last = [each.message for each in failed.value.errors]
        assert len(reasons) == 1
        assert "in target there: access denied" in reasons[0]
        assert last == (
            "2 resources could not be read: a, stuck@there; to settle the others all the same, use "
            "pulumi up --skip-preview --continue-on-error"
        )
        steps = failed.value.result.steps
        assert {"a", "c", "stuck@here", "stuck@there"} <= steps.keys()
        assert steps["c"].inputs["plan"]["action"] == "update"
        for name in ("a", "stuck@there"):
            plan = steps[name].inputs["plan"]
            assert plan["action"] == "error"
            assert "access denied" in plan["reason"]

    def test_what_was_recorded_stays(self, sick: Host, other: Emulator) -> None:
        other.clear_faults()
        declare(
            sick,
            a={"jobId": "1", "status": "FAILED", "target": "there"},
            b={"jobId": {"latest": {}}, "status": "FAILED", "target": "here"},
        )
        sick.up()
        before = {name: dict(each.outputs) for name, each in sick.resources.items()}
        other.fault("denied")
        refreshed = sick.refresh()
        assert any("in target there: access denied" in each.message for each in refreshed.log)
        assert {name: dict(each.outputs) for name, each in sick.resources.items()} == before
        with pytest.raises(RunFailedError):
            sick.preview()
        other.clear_faults()
        assert sick.up().changes == {}


OF_ONE_PLACE = """
from pulumi_amplify_jobs import BackendJob, BackendJobRule, from_config

def declare(name, target=None):
    BackendJob(name, app_id="{app}", backend_environment_name="prod", job_id="1", status="RUNNING",
        target=target)

def settle(name, target=None):
    BackendJobRule(name, apps=["*"], environments=["*"], match={{"status": "RUNNING"}},
        set={{"status": "FAILED"}}, limit=20, target=target)

computed = {{"name": "computed", "region": "eu-west-1"}}
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("declare('mine'); declare('again', computed)", "again and mine both refer to"),
        ("declare('mine'); settle('stuck', computed)", "mine and stuck both refer to"),
        ("settle('stuck', computed); declare('mine')", "mine and stuck both refer to"),
        ("declare('mine', computed); settle('stuck')", "mine and stuck both refer to"),
        ("declare('mine'); settle('stuck', 'here')", "mine and stuck both refer to"),
        ("settle('stuck', computed); settle('others')", "others and stuck both match"),
    ],
)
def test_a_job_is_one_by_whichever_target_a_program_names_it(
    host: Host, project: Path, emulator: Emulator, text: str, told: str
) -> None:
    emulator.seed([job("1")])
    (project / "__main__.py").write_text(OF_ONE_PLACE.format(app=APP) + text)
    host.config = {"aws:region": "eu-west-1", "amplify-jobs:targets": {"here": {}}}
    assert f"{told} {APP}/prod/1" in problem_of(host.preview).message
    assert updates(emulator) == []


def test_a_rule_in_a_target_that_a_program_computes_leaves_alone_what_is_declared_there(
    host: Host, project: Path, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2")])
    text = "from_config(); settle('stuck', computed)"
    (project / "__main__.py").write_text(OF_ONE_PLACE.format(app=APP) + text)
    host.config = {"aws:region": "eu-west-1"}
    key = {"appId": APP, "backendEnvironmentName": "prod"}
    declare(host, mine={**key, "jobId": "1", "status": "RUNNING"})
    host.up()
    assert [request.job_id for request in emulator.requests("UpdateBackendJob")] == ["2"]
    assert host.up().changes == {}
