"""Examples to run: copies of their folders, the emulator with their jobs, and Pulumi's CLI."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo import sessions
from pulumi_amplify_jobs.emulator import Emulator, load_seed

EXAMPLES = Path(__file__).parents[2] / "examples"
STACK = "dev"
TIME_LIMIT = 240.0
NO_PROXY = {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}


@dataclass(frozen=True)
class Done:
    """A command that ended: its exit code and what it said, on either stream."""

    code: int
    output: str


@dataclass(frozen=True)
class Example:
    """A copy of an example's folder, and the environment that its commands run in."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, command: str, *arguments: str, below: str = ".") -> Done:
        """Run a command to its end; whatever it started has gone then, too."""
        line = [command, *arguments]
        process = sessions.start(line, self.folder / below, self.environment)
        try:
            stdout, stderr = process.communicate(timeout=TIME_LIMIT)
        finally:
            sessions.end(process)
        return Done(process.returncode, stdout + stderr)

    def amplify_jobs(self, *arguments: str) -> Done:
        """Run this package's command line."""
        program = Path(sys.executable).with_name("amplify-jobs")
        if not program.exists():
            pytest.skip("there is no amplify-jobs beside this Python: install the package")
        return self.run(str(program), *arguments)

    def pulumi(self, *arguments: str, below: str = ".") -> Done:
        """Run Pulumi's CLI, which has to succeed."""
        line = ["--non-interactive", "--color", "never", *arguments]
        done = self.run("pulumi", *line, below=below)
        assert done.code == 0, done.output
        return done


@pytest.fixture
def example(request: pytest.FixtureRequest, emulator: Emulator, tmp_path: Path) -> Example:
    """The example that the test is parametrized by, with its jobs in the emulator."""
    folder = tmp_path / "project"
    shutil.copytree(EXAMPLES / request.param, folder, ignore=shutil.ignore_patterns(".venv"))
    for project in folder.rglob("Pulumi.yaml"):
        (project.parent / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    for name in ("state", "home"):
        (tmp_path / name).mkdir()
    emulator.seed(load_seed(folder / "emulator.yaml"))
    environment = {
        **os.environ,
        **NO_PROXY,
        "AWS_ENDPOINT_URL": emulator.url,
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    return Example(folder, environment)
