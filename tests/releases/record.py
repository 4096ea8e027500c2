"""Record what a release leaves behind: `python -m tests.releases.record VERSION`.

It needs a `pulumi` on PATH. A release's folder is never recorded anew, but `next` is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.emulator.world import World
from tests.conftest import CREDENTIALS
from tests.engine.project import Project, QuotingDumper

from . import HERE, NEXT
from .stories import ACCOUNT, STORIES, Story
from .surface import surface

OF_ONE_MACHINE = ("sourcePosition", "stackTrace")
"""What the engine notes of a resource that names paths."""


def main() -> None:
    """Record every story."""
    [version] = sys.argv[1:] or [NEXT]
    os.environ.update(CREDENTIALS)
    folder = HERE / version
    if version == NEXT:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()  # it fails where there is one: that release is what it is
    for story in STORIES:
        with tempfile.TemporaryDirectory() as project:
            record(story, Path(project), folder / story.name)
    engine = subprocess.check_output(["pulumi", "version"], text=True).strip().removeprefix("v")
    (folder / "release.json").write_text(json.dumps({"engine": engine}) + "\n")
    (folder / "public.json").write_text(json.dumps(surface(), indent=1) + "\n")


def record(story: Story, place: Path, folder: Path) -> None:
    """Bring a story's stack up in a place, and keep in a folder what is left of it."""
    with Emulator(seed=dict(story.live)) as emulator:
        project = Project.create(place, emulator.url, AWS_ENDPOINT_URL=emulator.url)
        project.configure(story.jobs, endpoint=None, **story.settings)
        for path, value in story.secrets.items():
            key = f"amplify-jobs:{path}"
            project.pulumi("config", "set", "--secret", "--path", key, value, expect=0)
        if story.program:
            project.program(story.program.read_text())
        project.up(expect=None if story.fails else 0)
        for drift in story.drifts:
            emulator.seed({"jobs": [drift]})
        if story.drifts:
            project.up()
        _keep(project, story, folder)
        world = yaml.dump(world_of(emulator, story), Dumper=QuotingDumper, sort_keys=False)
        (folder / "world.yaml").write_text(world)


def _keep(project: Project, story: Story, folder: Path) -> None:
    """Keep the config, the state and the program of a stack."""
    folder.mkdir(parents=True)
    shutil.copy(project.stack_file, folder)
    if story.program:
        shutil.copy(story.program, folder / "program.txt")
    exports: dict[str, list[str]] = {"state.json": [], "opened.json": ["--show-secrets"]}
    for name, options in exports.items():
        state = json.loads(project.pulumi("stack", "export", *options, expect=0).text)
        for resource in state["deployment"]["resources"]:
            for key in OF_ONE_MACHINE:
                resource.pop(key, None)
        (folder / name).write_text(json.dumps(state, indent=1) + "\n")
    if (folder / "state.json").read_text() == (folder / "opened.json").read_text():
        (folder / "opened.json").unlink()


def world_of(emulator: Emulator, story: Story) -> Mapping[str, Any]:
    """Return what is live now, as a seed."""
    if not story.regions:
        return _seed_of(emulator)
    regions = {region: _seed_of(emulator.at(ACCOUNT, region)) for region in story.regions}
    return {"accounts": {ACCOUNT: regions}}


def _seed_of(world: World) -> Mapping[str, Any]:
    jobs = [job.wire() for job in world.jobs()]
    return {"apps": [app.wire() for app in world.apps()], "jobs": jobs}


if __name__ == "__main__":
    main()
