"""States that many machines share, in PostgreSQL and in S3: what locks them, and what doesn't.

examples/many-accounts/README.md says what these tests show.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import pytest

from demo import sessions
from pulumi_amplify_jobs.emulator import Emulator, load_seed
from tests.engine.backends import BACKENDS
from tests.engine.project import ROOT, Project, Run
from tests.updates import written
from tests.waiting import until

EXAMPLE = ROOT / "examples" / "many-accounts"
LOCKED = "the stack is currently locked by 1 lock(s)"
UP = ["up", "--yes", "--skip-preview"]
WRITES = (UP, ["refresh", "--yes"], ["destroy", "--yes"], ["stack", "rm", "--yes"])
READS = (["preview"], ["stack", "export"], ["stack", "history"])
WAITS = "import os\nif 'GATE' in os.environ:\n    open(os.environ['GATE']).read()\n"
"""A program that goes on when the other end of a pipe is closed."""


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty backend."""
    with BACKENDS[request.param]() as url:
        yield url


@pytest.fixture
def shared(tmp_path: Path, emulator: Emulator, backend: str) -> Project:
    """A project with the stacks `dev` and `other` in the backend."""
    project = Project.create(tmp_path, emulator.url, PULUMI_BACKEND_URL=backend)
    project.pulumi("stack", "init", "other", "--no-select", expect=0)
    project.program(WAITS)
    os.mkfifo(tmp_path / "gate")
    return project


def on(project: Project, stack: str, arguments: list[str], expect: int | None = None) -> Run:
    return project.pulumi(*arguments, "--stack", stack, expect=expect)


@contextmanager
def held(project: Project) -> Iterator[tuple[subprocess.Popen[str], TextIO]]:
    """An up of `dev` that is in its program until the pipe is closed."""
    gate = project.folder.parent / "gate"
    ends: list[int] = []

    def waits() -> bool:
        with suppress(OSError):  # nobody reads yet
            ends.append(os.open(gate, os.O_WRONLY | os.O_NONBLOCK))
        return bool(ends)

    arguments = ["up", "--yes", "--skip-preview", "--stack", "dev"]
    with project.running(*arguments, GATE=str(gate)) as process:
        until(lambda: waits() or process.poll() is not None, "an up that waits")
        assert ends, process.communicate()[0]
        with os.fdopen(ends[0], "w") as pipe:
            yield process, pipe


def test_an_up_locks_its_own_stack_alone(shared: Project) -> None:
    with held(shared) as (process, pipe):
        for writes in WRITES:
            run = on(shared, "dev", writes)
            assert run.code != 0, str(run)
            assert LOCKED in run.text
        for reads in READS:
            on(shared, "dev", reads, expect=0)
        on(shared, "other", UP, expect=0)
        pipe.close()
        text, _ = process.communicate(timeout=240)
        assert process.returncode == 0, text
    on(shared, "dev", UP, expect=0)


def test_a_killed_up_leaves_its_lock_until_it_is_cancelled(shared: Project) -> None:
    with held(shared) as (process, _):
        for member in sessions.members(process.pid):
            os.kill(member, signal.SIGKILL)
        process.wait(timeout=240)
    run = on(shared, "dev", UP)
    assert LOCKED in run.text
    assert "pulumi cancel" in run.text
    shared.pulumi("cancel", "--yes", "dev", expect=0)
    on(shared, "dev", UP, expect=0)


def test_the_stacks_of_all_shards_share_a_backend(
    backend: str, emulator: Emulator, tmp_path: Path
) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "project")
    (folder / ".venv").symlink_to(sys.prefix)
    emulator.seed(load_seed(folder / "emulator.yaml"))
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": emulator.url,
        "PULUMI_BACKEND_URL": backend,
        "PULUMI_CONFIG_PASSPHRASE": "made-up",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    process = sessions.start([sys.executable, "up_shards.py", "4"], folder, environment)
    try:
        stdout, stderr = process.communicate(timeout=400)
    finally:
        sessions.end(process)
    assert process.returncode == 0, stdout + stderr
    assert stdout.endswith("4 of 4 stacks are up.\n")
    assert written(emulator) == {"a1", "77", "b2"}
