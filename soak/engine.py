"""The same stacks under Pulumi's own engine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from tests.engine.project import Project, QuotingDumper

from .stacks import SECRETS, Ran, Stack


@dataclass
class EngineStack(Stack):
    """A stack on a file backend of its own, run by `pulumi`."""

    @cached_property
    def project(self) -> Project:
        """The project, made at its first use."""
        folder = self.folder / "engine"
        return Project.create(folder, self.emulator.url, **SECRETS, PULUMI_SKIP_CHECKPOINTS="true")

    def declare(self, endpoint: str, **settings: Any) -> None:
        """Write the stack's file; the salt that the CLI wrote stays."""
        (self.project.folder / "jobs.json").write_text(json.dumps({"jobs": self.declared}))
        config = self.config(endpoint, **settings)
        path = self.project.stack_file
        content = {**yaml.safe_load(path.read_text()), "config": config}
        path.write_text(yaml.dump(content, Dumper=QuotingDumper, sort_keys=False))

    def up(self, *arguments: str) -> Ran:
        """`pulumi up`, without its preview."""
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)

    def pulumi(self, *arguments: str) -> Ran:
        """Run the CLI to its end."""
        with self.running(*arguments) as process:
            text, _ = process.communicate()
        return self.ended(process.returncode, text)

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Start the CLI; all that it started ends with the block."""
        with self.project.running(*arguments) as process:
            yield process

    def ended(self, code: int, text: str) -> Ran:
        """Return what came of a run: what the state has then is what it says was done."""
        state = self.project.resources()
        done = {name: "updated" for name, each in state.items() if _as_declared(each)}
        return Ran(code, text, done)


def _as_declared(resource: dict[str, Any]) -> bool:
    return bool(resource["outputs"].get("status") == resource["inputs"]["status"])
