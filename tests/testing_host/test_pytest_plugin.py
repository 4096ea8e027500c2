"""The fixtures are there wherever the package is installed, and cost nothing if unused."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "tested-stack"


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest as a user does, in a project of their own."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_examples_own_suite_passes(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "shop")
    done = pytest_in(folder)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_the_examples_own_suite_passes_in_the_background(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "shop")
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does for its `&`
    try:
        done = pytest_in(folder, "-k", "left_alone")
    finally:
        signal.signal(signal.SIGINT, ignored)
    assert done.returncode == 0, done.stdout


def test_the_examples_suite_fails_where_its_stack_file_does_otherwise(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "shop")
    stack_file = folder / "Pulumi.dev.yaml"
    stack_file.write_text(stack_file.read_text().replace("when: { status: RUNNING }", ""))
    done = pytest_in(folder, "-k", "left_alone")
    assert (done.returncode, "1 failed" in done.stdout) == (1, True), done.stdout


def test_a_suite_without_them_loads_no_pulumi(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "import sys\n"
        "def test_other():\n"
        "    heavy = {'pulumi', 'grpc', 'boto3', 'starlette', 'pydantic', 'yaml'}\n"
        "    assert not heavy & set(sys.modules)\n"
    )
    done = pytest_in(tmp_path, "-p", "no:hypothesispytest", "-p", "no:anyio")
    assert done.returncode == 0, done.stdout
