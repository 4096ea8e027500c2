"""The same stacks under Pulumi's own engine."""

from __future__ import annotations

import atexit
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar

import yaml

from tests.engine.project import Project, QuotingDumper

from .stacks import SECRETS, WANTED, Ran, Stack

DIAGNOSED = re.compile(r"^  \S+:BackendJob \((\S+)\):\n((?:    .*\n)+)", re.MULTILINE)
"""The name of a job in the CLI's closing diagnostics, and what stands there of it."""
CHANGED = re.compile(r":BackendJob (\S+) (?:created|updated|deleted|replaced|.*\[diff: )")
"""The name of a job that the CLI's progress shows as changed, or a refresh as moved."""


@dataclass
class EngineStack(Stack):
    """A stack on a file backend of its own, run by `pulumi`."""

    run: ClassVar[str] = "pulumi up"
    goes_on: ClassVar[tuple[str, ...]] = ("--continue-on-error",)
    stops_at_failures: ClassVar[bool] = True
    has_state: ClassVar[bool] = True

    @cached_property
    def project(self) -> Project:
        """The project, made at its first use: a copy of the first one, whose stack is new, too."""
        first, folder = _first_project(), self.folder / "engine"
        shutil.copytree(first.folder.parent, folder, symlinks=True)
        old, new = str(first.folder.parent), str(folder)
        moved = {name: each.replace(old, new) for name, each in first.environment.items()}
        return Project(folder / first.folder.name, self.emulator.url, moved)

    def declare(self, endpoint: str, **settings: Any) -> None:
        """Write the stack's file; the salt that the CLI wrote stays."""
        (self.project.folder / "jobs.json").write_text(json.dumps({"jobs": self.declared}))
        config = self.config(endpoint, **settings)
        path = self.project.stack_file
        content = {**yaml.safe_load(path.read_text()), "config": config}
        path.write_text(yaml.dump(content, Dumper=QuotingDumper, sort_keys=False))

    def bring(self, *options: str, **environs: str) -> Ran:
        """Have all jobs as declared: by an up without a preview."""
        return self.pulumi("up", "--yes", "--skip-preview", *options, **environs)

    def pulumi(self, command: str, *options: str, **environs: str) -> Ran:
        """Run the CLI to its end."""
        with self.running(command, *options, **environs) as process:
            text, _ = process.communicate()
        return self.ended(process.returncode, text)

    @contextmanager
    def running(
        self, command: str, *options: str, **environs: str
    ) -> Iterator[subprocess.Popen[str]]:
        """Start the CLI; all that it started ends with the block."""
        # Which stack is selected, the CLI remembers by the project's path.
        with self.project.running(command, "--stack", "dev", *options, **environs) as process:
            yield process

    def ended(self, code: int, text: str) -> Ran:
        """Return what came of a run: what the state has then is what it says was done."""
        [state] = self.folder.glob("engine/state/.pulumi/stacks/*/dev.json")
        document = state.read_text()
        resources = json.loads(document)["checkpoint"]["latest"].get("resources") or ()
        done = {each["urn"].rsplit("::", 1)[1] for each in resources if _is_done(each)}
        return Ran(code, text, done, *said_in(text), kept=document)

    def unlock(self) -> None:
        """Take away the lock that a killed engine left, as `pulumi cancel` does."""
        if any(self.folder.glob("engine/state/.pulumi/locks/**/*.json")):
            self.pulumi("cancel", "--yes")


def said_in(text: str) -> tuple[set[str], dict[str, str]]:
    """Return which jobs the CLI shows as changed or moved, and what it says of which at the end."""
    return {*CHANGED.findall(text)}, dict(DIAGNOSED.findall(text))


def _is_done(resource: dict[str, Any]) -> bool:
    outputs = resource.get("outputs") or {}
    return resource["type"].endswith(":BackendJob") and outputs.get("status") == WANTED


@cache
def _first_project() -> Project:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    return Project.create(folder / "first", "", **SECRETS, PULUMI_SKIP_CHECKPOINTS="true")
