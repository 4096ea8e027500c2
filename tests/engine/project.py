"""A Pulumi project in a folder of its own, driven through the real CLI."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from demo import sessions
from tests.stack_config import stack_config

ROOT = Path(__file__).parents[2]
WITHOUT_FRAMES = ROOT / "tests" / "protocol" / "without_frames"
"""Has Python make the plugin of the SDK one whose frames the provider doesn't find."""

TIMEOUT = 240
"""Seconds that one CLI command may take."""

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class QuotingDumper(yaml.SafeDumper):
    """Writes text in quotes: what PyYAML takes for text, the engine may take for a number."""


QuotingDumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


@dataclass(frozen=True)
class Run:
    """What came of one CLI command."""

    code: int
    text: str
    """Standard output and standard error together."""

    def __str__(self) -> str:
        return f"exit code {self.code}\n{self.text}"


@dataclass
class Project:
    """A stack `dev` on a file backend; nothing of it outlives the test."""

    folder: Path
    endpoint: str
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def create(cls, folder: Path, endpoint: str, **environment: str) -> Project:
        """Lay out the project as its users have it, and create the stack."""
        root = folder / "project"
        root.mkdir(parents=True)
        (folder / "state").mkdir()
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / name, root)
        (root / ".venv").symlink_to(sys.prefix)
        project = cls(root, endpoint)
        project.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")},
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "made-up",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
            **environment,
        }
        project.configure({})
        project.pulumi("stack", "init", "dev", expect=0)
        return project

    def configure(self, jobs: Mapping[str, Any], **settings: Any) -> None:
        """Write the stack's file; `settings` are further keys of our namespace."""
        content: dict[str, Any] = {"config": stack_config(self.endpoint, jobs, **settings)}
        path = self.stack_file
        if path.exists():
            # The salt stays: without it the CLI writes the file anew, in its own spelling.
            content = {**yaml.safe_load(path.read_text()), **content}
        path.write_text(yaml.dump(content, Dumper=QuotingDumper, sort_keys=False))

    @property
    def stack_file(self) -> Path:
        """The stack's config."""
        return self.folder / "Pulumi.dev.yaml"

    def program(self, text: str) -> None:
        """Replace the program by one of the test's own."""
        (self.folder / "__main__.py").write_text(text)

    def pulumi(self, *arguments: str, expect: int | None = None, **environment: str) -> Run:
        """Run the CLI to its end."""
        with self.running(*arguments, **environment) as process:
            text, _ = process.communicate(timeout=TIMEOUT)
        run = Run(process.returncode, ANSI.sub("", text))
        assert expect is None or run.code == expect, str(run)
        return run

    @contextmanager
    def running(self, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
        """Start the CLI in a session of its own, and end all of the session afterwards."""
        process = subprocess.Popen(
            ["pulumi", "--non-interactive", "--color", "never", *arguments],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            # Also what a killed engine leaves behind: its plugins are in the same session.
            for member in sessions.members(process.pid):
                with suppress(ProcessLookupError):
                    os.kill(member, signal.SIGKILL)
            process.wait(timeout=30)
            if process.stdout:
                process.stdout.close()

    def preview(self, *arguments: str, expect: int | None = 0, **environment: str) -> Run:
        """`pulumi preview --diff`."""
        return self.pulumi("preview", "--diff", *arguments, expect=expect, **environment)

    def up(self, *arguments: str, expect: int | None = 0) -> Run:
        """`pulumi up --yes`: a preview, then the update, in two provider processes."""
        return self.pulumi("up", "--yes", *arguments, expect=expect)

    def apply(self, *arguments: str, expect: int | None = 0) -> Run:
        """`pulumi up` without its preview, for what a test only builds on."""
        return self.up("--skip-preview", *arguments, expect=expect)

    def resources(self) -> dict[str, dict[str, Any]]:
        """Return the backend jobs in the stack's state, by name."""
        exported = json.loads(self.pulumi("stack", "export", expect=0).text)
        return {
            state["urn"].rsplit("::", 1)[1]: state
            for state in exported["deployment"].get("resources", [])
            if state["type"].endswith(":BackendJob")
        }
