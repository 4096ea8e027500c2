"""Stacks that each release brought up, in the hands of this one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.releases import AT_REST, REVIEW, RecordedStack, recorded, releases
from tests.releases.record import record
from tests.releases.stories import STORIES, Story
from tests.samples import APP, ENVIRONMENT
from tests.updates import updated_ids


def carried_over(project: Project, emulator: Emulator, stack: RecordedStack) -> Project:
    """Return the project with a recorded stack, among the live jobs of that time."""
    emulator.seed(stack.world)
    project.environment["AWS_ENDPOINT_URL"] = emulator.url
    project.stack_file.write_text(stack.config)
    if stack.program:
        project.program(stack.program.read_text())
    project.pulumi("stack", "import", "--file", str(stack.state), expect=0)
    return project


at_rest = pytest.mark.parametrize("stack", recorded(*AT_REST), ids=str)


@at_rest
def test_a_stack_at_rest_is_updated_without_a_change(
    project: Project, emulator: Emulator, stack: RecordedStack
) -> None:
    old = carried_over(project, emulator, stack)
    old.preview("--expect-no-changes", "--refresh=false")
    old.up("--expect-no-changes")
    after = old.resources()
    before = [each for each in stack.resources().values() if each["type"].endswith(":BackendJob")]
    assert len(after) == len(before)
    for resource in before:
        kept = after[resource["urn"].rsplit("::", 1)[1]]
        assert kept["id"] == resource["id"]
        assert {"settled", "declared"} & kept["outputs"].keys() >= (
            {"settled", "declared"} & resource["outputs"].keys()
        )
    assert updated_ids(emulator) == []


@at_rest
def test_a_stack_at_rest_is_refreshed_and_destroyed(
    project: Project, emulator: Emulator, stack: RecordedStack
) -> None:
    old = carried_over(project, emulator, stack)
    old.pulumi("refresh", "--yes", "--expect-no-changes", expect=0)
    old.preview("--expect-no-changes", "--refresh=false")
    old.preview("--expect-no-changes")
    old.pulumi("destroy", "--yes", expect=0)
    assert old.resources() == {}
    assert updated_ids(emulator) == []


@pytest.mark.parametrize("stack", recorded("waiting"), ids=str)
def test_a_wait_in_vain_is_taken_up_again(
    project: Project, emulator: Emulator, stack: RecordedStack
) -> None:
    old = carried_over(project, emulator, stack)
    for options in ([], ["--refresh=false"]):
        assert "~ 1 to update" in old.preview(*options).text
    again = old.up(expect=None)
    assert again.code != 0
    assert "still RUNNING" in again.text
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    old.up()
    old.preview("--expect-no-changes")
    old.pulumi("destroy", "--yes", expect=0)
    assert updated_ids(emulator) == []


def test_its_saved_plan_is_carried_out_or_refused_and_the_next_up_does_the_rest(
    project: Project, emulator: Emulator
) -> None:
    old = carried_over(project, emulator, RecordedStack(REVIEW.parent.name, "declared"))
    project.stack_file.write_text((REVIEW / "Pulumi.dev.yaml").read_text())
    emulator.seed(REVIEW / "world.yaml")
    planned = old.up("--plan", str(REVIEW / "saved-plan.json"), expect=None)
    assert "Traceback" not in planned.text
    assert planned.code == 0 or "violates plan" in planned.text
    old.up()
    assert Counter(updated_ids(emulator)) == Counter(["4f1c", "n2", "r4", "f3"])
    old.preview("--expect-no-changes")


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_what_the_next_release_leaves_behind_is_recorded(story: Story, tmp_path: Path) -> None:
    """Where this fails, a state now holds something else: `python -m tests.releases.record`."""
    record(story, tmp_path / "place", tmp_path / story.name)
    state = json.loads((tmp_path / story.name / "state.json").read_text())
    assert shape(state) == shape(
        json.loads(RecordedStack(releases()[-1], story.name).state.read_text())
    )


def shape(state: dict[str, Any]) -> dict[str, Any]:
    """Return what the resources of a state hold, by name, without the values."""
    return {
        each["urn"].rsplit("::", 1)[1]: {
            part: sorted(each.get(part, {})) for part in ("inputs", "outputs")
        }
        for each in state["deployment"]["resources"]
    }
