"""The jobs of preview-shards.yml and apply-shards.yml, with the real commands, shard by shard."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator, load_seed
from tests.github.stand_in import TOKEN, GitHub, github
from tests.github.workflow import Workflow
from tests.updates import written

from .go_tools import GOJQ, needs
from .workflows import EXAMPLES, Programs, Run, run_job, workflow

PROJECT = EXAMPLES / "many-accounts"
WORKFLOWS = ("preview-shards.yml", "apply-shards.yml")
SHARDS = ("1/4", "2/4", "3/4", "4/4")
BLOG, DOCS = "3/4", "2/4"
UPLOADED = "plan-${{ steps.plan.outputs.number }}.json"
STUCK = {"a1", "77", "b2"}
NOBODY: dict[str, Any] = {
    "accounts": {"444455556666": {}},
    "roles": [
        {"roleArn": f"arn:aws:iam::444455556666:role/amplify-jobs-{kind}", "principals": []}
        for kind in ("plan", "apply")
    ],
}
"""A seed that lets nobody assume the roles of one target."""

pytestmark = needs(GOJQ)


@pytest.fixture
def project(checkout: Path, emulator: Emulator, programs: Programs) -> Path:
    """The example as it is checked out, and its accounts in the emulator."""
    shutil.copytree(PROJECT, checkout, dirs_exist_ok=True)
    emulator.seed(load_seed(PROJECT / "emulator.yaml"))
    (programs.folder / "amplify-jobs").symlink_to(Path(sys.executable).with_name("amplify-jobs"))
    (programs.folder / "jq").symlink_to(GOJQ)
    return checkout


@pytest.fixture
def hub() -> Iterator[GitHub]:
    with github() as hub:
        yield hub


@pytest.fixture
def environment(emulator: Emulator, programs: Programs, hub: GitHub, tmp_path: Path) -> Any:
    return {
        **{name: text for name, text in os.environ.items() if name.startswith("AWS_")},
        **programs.environment,
        **Workflow(hub, tmp_path).environment,
        "AWS_ENDPOINT_URL": emulator.url,
        "no_proxy": "127.0.0.1",
        "NO_PROXY": "127.0.0.1",
    }


def matrix(project: Path, environment: dict[str, str], name: str = WORKFLOWS[0]) -> str:
    run = run_job(name, "targets", project, environment)
    assert not run.failed, run.log
    return run.outputs["matrix"]["matrix"]


def in_shard(
    name: str, job: str, shard: str, project: Path, environment: dict[str, str]
) -> tuple[Run, Path]:
    """Run the job of a shard in a checkout of its own."""
    folder = project.with_name(shard.replace("/", "-"))
    shutil.copytree(project, folder, dirs_exist_ok=True)
    return run_job(name, job, folder, environment, {"matrix.shard": shard}), folder


def planned(project: Path, environment: dict[str, str]) -> dict[str, Run]:
    """Run the plan of every shard, and leave what is uploaded where the comment looks for it."""
    (project / "plans").mkdir()
    runs = {}
    for shard in SHARDS:
        run, folder = in_shard("preview-shards.yml", "plan", shard, project, environment)
        file = f"plan-{run.outputs['plan']['number']}.json"
        assert run.outcomes[f"upload-artifact {UPLOADED}"] == "success"
        shutil.copy(folder / file, project / "plans")
        runs[shard] = run
    return runs


def comment(project: Path, environment: dict[str, str]) -> Run:
    variables = {
        "needs.targets.outputs.matrix": matrix(project, environment),
        "github.token": TOKEN,
    }
    return run_job("preview-shards.yml", "comment", project, environment, variables)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_matrix_has_every_target_once(
    name: str, project: Path, environment: dict[str, str]
) -> None:
    included = json.loads(matrix(project, environment, name))["include"]
    assert [each["shard"] for each in included] == list(SHARDS)
    targets = [target for each in included for target in each["targets"]]
    assert sorted(targets) == ["blog-eu", "docs-eu", "shop-eu", "shop-us"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_shard_holds_back_no_other(name: str) -> None:
    [job] = [each for each in workflow(name)["jobs"].values() if "strategy" in each]
    assert job["strategy"] == {
        "fail-fast": False,
        "matrix": "${{ fromJSON(needs.targets.outputs.matrix) }}",
    }
    assert job["needs"] == "targets"


def test_a_matrix_that_can_not_be_made_fails_the_run(
    project: Path, environment: dict[str, str]
) -> None:
    (project / "targets.yaml").write_text("targets: { shop: { accountId: 1 } }\n")
    for name in WORKFLOWS:
        assert run_job(name, "targets", project, environment).failed


def test_one_comment_tells_of_all_shards(
    project: Path, environment: dict[str, str], emulator: Emulator, hub: GitHub
) -> None:
    runs = planned(project, environment)
    assert not any(run.failed for run in runs.values())
    roles = {request.body["RoleArn"] for request in emulator.requests("AssumeRole")}
    assert {role.rpartition("/")[2] for role in roles} == {"amplify-jobs-plan"}
    assert len(roles) == 3
    assert written(emulator) == set()

    run = comment(project, environment)
    assert not run.failed, run.log
    [there] = hub.with_marker()
    for text in (there["body"], run.summary):
        for words in ("3 jobs change", "shop-eu", "shop-us", "blog-eu", *STUCK):
            assert words in text


def test_a_sick_target_fails_its_shard_and_is_told(
    project: Path, environment: dict[str, str], emulator: Emulator, hub: GitHub
) -> None:
    emulator.seed(NOBODY)
    runs = planned(project, environment)
    assert [shard for shard, run in runs.items() if run.failed] == [BLOG]
    run = comment(project, environment)
    assert (run.outcomes["comment"], run.outcomes["summary"]) == ("success", "failure")
    [there] = hub.with_marker()
    for words in ("2 jobs change, 1 error", "no-stuck-pushes@blog-eu", "amplify-jobs-plan"):
        assert words in there["body"]


def test_a_shard_without_a_plan_is_told(
    project: Path, environment: dict[str, str], hub: GitHub
) -> None:
    planned(project, environment)
    (project / "plans" / "plan-2.json").unlink()
    (project / "plans" / "plan-3.json").write_text("")
    run = comment(project, environment)
    assert (run.outcomes["comment"], run.outcomes["summary"]) == ("success", "failure")
    [there] = hub.with_marker()
    for shard in (DOCS, BLOG):
        assert f"shard {shard} made no plan: see its job" in there["body"]


def test_no_plan_at_all_is_told(project: Path, environment: dict[str, str], hub: GitHub) -> None:
    run = comment(project, environment)
    assert (run.outcomes["comment"], run.outcomes["summary"]) == ("success", "failure")
    [there] = hub.with_marker()
    assert "4 errors" in there["body"]


@pytest.mark.parametrize("code", [1, 127, 137], ids=["error", "not found", "killed"])
def test_any_other_end_of_a_command_fails_its_job(
    code: int, checkout: Path, programs: Programs
) -> None:
    programs.add("amplify-jobs", f"exit {code}")
    programs.add("sed", "")
    for name, job in zip(WORKFLOWS, ("plan", "apply"), strict=True):
        run = run_job(name, job, checkout, programs.environment, {"matrix.shard": "1/4"})
        assert run.outcomes[job] == "failure"


def test_all_shards_together_apply_everything_once(
    project: Path, environment: dict[str, str], emulator: Emulator
) -> None:
    for shard in SHARDS:
        run, _ = in_shard("apply-shards.yml", "apply", shard, project, environment)
        assert not run.failed, run.log
    updates = emulator.requests("UpdateBackendJob")
    assert {(each.account_id, each.region, each.job_id) for each in updates} == {
        ("111122223333", "eu-west-1", "a1"),
        ("111122223333", "us-east-1", "77"),
        ("444455556666", "eu-west-1", "b2"),
    }
    assert len(updates) == 3


def test_a_sick_target_leaves_the_other_shards_alone(
    project: Path, environment: dict[str, str], emulator: Emulator
) -> None:
    emulator.seed(NOBODY)
    failed = [
        shard
        for shard in SHARDS
        if in_shard("apply-shards.yml", "apply", shard, project, environment)[0].failed
    ]
    assert failed == [BLOG]
    assert written(emulator) == STUCK - {"b2"}
