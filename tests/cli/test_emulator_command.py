"""`emulator`: a thin wrapper."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import httpx
import pytest

from .conftest import Project

SEED = """
jobs:
  - {appId: app, backendEnvironmentName: dev, jobId: j, status: RUNNING}
"""


def test_it_says_where_it_listens_and_ends_on_ctrl_c(project: Project, tmp_path: Path) -> None:
    (tmp_path / "seed.yaml").write_text(SEED)
    with project.start("emulator", "--port", "0", "--seed", "seed.yaml") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+", first)
        assert match, first
        assert f"amplify-jobs:endpoint: {match[0]}\n" in process.stdout.readline()
        answer = httpx.get(f"{match[0]}/backend/app/job/dev/j")
        assert answer.json()["status"] == "RUNNING"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--seed", "none.yaml"], "error: none.yaml: cannot be read: No such file or directory\n"),
        (["--port", "70000"], "error: cannot listen on 127.0.0.1 port 70000: ports go from"),
        (["--fault", "nope=1"], "error: fault 'nope=1': unknown kind 'nope': one of 429,"),
        (["--latency", "-1"], "error: Invalid value for '--latency'"),
    ],
)
def test_what_is_wrong_is_one_line(project: Project, arguments: list[str], said: str) -> None:
    result = project.run("emulator", *arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1
