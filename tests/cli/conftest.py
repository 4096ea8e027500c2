"""A project on disk whose jobs live in the emulator, and ways to run the command on it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.emulator import Emulator

from ..samples import job
from ..stack_config import stack_config

COMMAND = [sys.executable, "-c", "from pulumi_amplify_jobs.cli import main; main()"]


@dataclass(frozen=True)
class Project:
    path: Path
    url: str

    @property
    def stack_file(self) -> Path:
        return self.path / "Pulumi.dev.yaml"

    def declare(self, jobs: Mapping[str, Mapping[str, Any]], **settings: Any) -> None:
        config = stack_config(self.url, jobs, **settings)
        self.stack_file.write_text(json.dumps({"config": config}, indent=1))

    def invoke(self, command: str, *arguments: str) -> Result:
        """Run a command in this process."""
        return CliRunner().invoke(cli, [command, "-C", str(self.path), *arguments])

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command as a process of its own, to its end."""
        return self.run_by(*COMMAND, *arguments, **options)

    def run_by(self, *command: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program in the project, to its end."""
        return subprocess.run(
            command,
            cwd=self.path,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=240,
            check=False,
            **options,
        )

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start a command as a process of its own."""
        pipes = dict.fromkeys(("stdout", "stderr"), subprocess.PIPE)
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.path,
            text=True,
            stdin=subprocess.DEVNULL,
            **{**pipes, **options},
        )


@pytest.fixture
def project(tmp_path: Path, emulator: Emulator) -> Project:
    (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    return Project(tmp_path, emulator.url)


@pytest.fixture
def four(project: Project, emulator: Emulator) -> Project:
    """Four jobs that are to be ended."""
    emulator.seed([job(str(number)) for number in range(4)])
    project.declare({f"j{n}": {"jobId": str(n), "status": "FAILED"} for n in range(4)})
    return project
