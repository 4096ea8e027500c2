"""Files that are too large, or no files, at every place where the commands take one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pulumi_amplify_jobs.cli import cli

STACK = "config: {amplify-jobs:include: [more.yaml]}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("{name: p, runtime: python}\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(STACK)
    (tmp_path / "more.yaml").write_text("jobs: {}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def failure(*arguments: str) -> str:
    """Return the one line that a command fails with."""
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 1
    [line] = [
        each for each in result.output.splitlines() if each.startswith("error: ") or ": " in each
    ]
    return line


MAIN = """
import resource
from pulumi_amplify_jobs.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
main()
"""
"""The commands on a disk that takes no more than 64 bytes of a file."""

PLACES = {
    "more.yaml": ("plan",),
    "Pulumi.dev.yaml": ("plan", "--stack", "dev"),
    "other.yaml": ("plan", "--config-file", "other.yaml"),
    "preview.json": ("report", "preview.json"),
    "seed.yaml": ("emulator", "--port", "0", "--seed", "seed.yaml"),
}


@pytest.mark.parametrize(("name", "command"), PLACES.items(), ids=PLACES)
def test_a_pipe_is_refused_without_waiting(folder: Path, name: str, command: tuple[str]) -> None:
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    assert "is not a regular file: name one" in failure(*command)


@pytest.mark.parametrize(("name", "command"), PLACES.items(), ids=PLACES)
def test_a_file_without_end_is_refused_unparsed(
    folder: Path, name: str, command: tuple[str]
) -> None:
    with (folder / name).open("wb") as file:
        file.truncate(1 << 30)
    assert " MiB: " in failure(*command)


def test_an_output_that_fails_leaves_the_old_one(folder: Path) -> None:
    output = folder / "out.json"
    output.write_text("old")
    before = {each.name for each in folder.iterdir()}
    full = subprocess.run(
        [sys.executable, "-c", MAIN, "schema", "-o", str(output)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert output.read_text() == "old"
    assert (full.returncode, full.stderr) == (1, f"error: {output}: File too large\n")
    result = CliRunner().invoke(cli, ["schema", "-o", str(folder / "none" / "out.json")])
    assert result.exit_code == 1
    assert {each.name for each in folder.iterdir()} == before
    assert CliRunner().invoke(cli, ["schema", "-o", str(output)]).exit_code == 0
    assert output.read_text().startswith("{")
