"""The demo as a user runs it, in a process of its own that nothing may outlive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from demo import sessions
from tests.waiting import DEADLINE, until

REPOSITORY = Path(__file__).parents[2]
PROCESSES = Path("/proc")
MARK = "AMPLIFY_JOBS_TEST_MARK"


@dataclass
class Demo:
    """A way to run the demo; everything it starts carries a mark in its environment."""

    temporary: Path
    environment: dict[str, str]
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    def start(self) -> subprocess.Popen[str]:
        """Start the demo."""
        environment = {**self.environment, MARK: self.mark}
        return sessions.start([sys.executable, "-m", "demo"], REPOSITORY, environment)

    def run(self) -> tuple[int, str, str]:
        """Run the demo to its end; return its exit code and what it said."""
        process = self.start()
        stdout, stderr = process.communicate(timeout=DEADLINE * 3)
        return process.returncode, stdout, stderr

    def processes(self, part: str = "") -> list[int]:
        """Return the running processes of this demo whose command line has `part`."""
        return [
            int(folder.name)
            for folder in PROCESSES.glob("[0-9]*")
            if self._is_ours(folder) and part in _read(folder / "cmdline").replace("\0", " ")
        ]

    def kill(self, pid: int) -> None:
        """End a process the hard way."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def assert_all_gone(self) -> None:
        """Check that no process and no file of the demo is left."""
        until(lambda: not self.processes(), "the end of the demo's processes")
        assert list(self.temporary.iterdir()) == []

    def _is_ours(self, folder: Path) -> bool:
        return f"{MARK}={self.mark}" in _read(folder / "environ").split("\0")


def _read(path: Path) -> str:
    """Return what a file of /proc says; nothing where the process is gone or is not ours."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """The demo with whatever is on PATH, never fetching anything."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = {
        **os.environ,
        "AMPLIFY_JOBS_DEMO_CLI": str(tmp_path / "none"),
        "OFFLINE": "1",
        "PYTHONIOENCODING": "utf-8",
        "TMPDIR": str(temporary),
    }
    demo = Demo(temporary, environment)
    yield demo
    for pid in demo.processes():
        demo.kill(pid)


@pytest.fixture
def demo_without_pulumi(demo: Demo) -> Demo:
    """The demo where there is no pulumi on PATH."""
    folders = demo.environment["PATH"].split(os.pathsep)
    kept = [folder for folder in folders if not (Path(folder) / "pulumi").exists()]
    demo.environment["PATH"] = os.pathsep.join(kept)
    return demo
