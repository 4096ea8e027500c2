"""What a release publishes: the files, their sums, and an installation that checks each hash."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from release.build import fill
from release.locks import PACKAGE
from tests import revision, wheel

pytestmark = pytest.mark.skipif(
    not (shutil.which("git") and shutil.which("sha256sum")),
    reason="there is no git or no sha256sum on PATH",
)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    fill(folder, revision.of_now(tmp_path_factory.mktemp("repository"))[0])
    return folder


def check(dist: Path) -> subprocess.CompletedProcess[str]:
    line = ["sha256sum", "--check", "SHA256SUMS"]
    return subprocess.run(line, cwd=dist, capture_output=True, text=True, check=False)


def test_the_sums_are_those_of_all_files(dist: Path) -> None:
    done = check(dist)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 4 == len(list(dist.iterdir())) - 1


def test_a_changed_file_is_found(dist: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(dist, tmp_path / "copy")
    [archive] = copy.glob("*.tar.gz")
    archive.write_bytes(archive.read_bytes() + b"\0")
    assert check(copy).returncode == 1


def test_the_sbom_is_about_the_wheel_that_lies_beside_it(dist: Path) -> None:
    document = json.loads((dist / "sbom.cdx.json").read_text())
    [digest] = [each["content"] for each in document["metadata"]["component"]["hashes"]]
    [wheel_] = dist.glob("*.whl")
    assert f"{digest}  {wheel_.name}\n" in (dist / "SHA256SUMS").read_text()


def install(
    environment: Path, requirements: Path, wheels: Path
) -> subprocess.CompletedProcess[str]:
    """Run what the page says, with a folder in the place of a registry."""
    python = wheel.furnish(environment, [])
    line = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps"]
    options = ["--only-binary", ":all:", "--require-hashes", "--no-index", "--find-links"]
    return subprocess.run(
        [*line, *options, str(wheels), "--requirement", str(requirements)],
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_FIND_LINKS": ""},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_pip_installs_the_wheel_by_its_hash_and_no_other(dist: Path, tmp_path: Path) -> None:
    [file] = dist.glob("*.whl")
    name, version = file.name.split("-")[:2]
    [sum_] = [
        line.split()[0]
        for line in (dist / "SHA256SUMS").read_text().splitlines()
        if line.endswith(".whl")
    ]
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"{name}=={version} --hash=sha256:{sum_}\n")
    done = install(tmp_path / "right", requirements, dist)
    assert done.returncode == 0, done.stderr
    requirements.write_text(f"{name}=={version} --hash=sha256:{'0' * 64}\n")
    refused = install(tmp_path / "wrong", requirements, dist)
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr


def test_the_requirements_are_the_lock_of_the_package(dist: Path) -> None:
    assert (dist / "requirements.txt").read_bytes() == PACKAGE.path.read_bytes()
