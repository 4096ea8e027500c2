"""What a release publishes: the files, their sums, and an installation that checks each hash."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from release.build import fill, require_locked
from release.installed import unlike
from release.locks import BUILD, PACKAGE, Lock
from tests import revision, wheel

pytestmark = pytest.mark.skipif(
    not (shutil.which("git") and shutil.which("sha256sum")),
    reason="there is no git or no sha256sum on PATH",
)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if [*unlike(BUILD), *unlike(PACKAGE)]:
        pytest.skip("other versions are installed than those of the lock files")
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


def test_what_is_not_committed_is_refused(dist: Path, tmp_path: Path) -> None:
    repository = revision.of_now(tmp_path / "repository")[0]
    (repository / "new.txt").touch()
    with (repository / "README.md").open("a") as file:
        file.write("changed")
    kept = shutil.copytree(dist, tmp_path / "kept")
    with pytest.raises(SystemExit) as ended:
        fill(kept, repository)
    assert str(ended.value) == "dist/ is made of a commit, so commit these first: README.md"
    assert check(kept).returncode == 0


class Elsewhere(Lock):
    """A lock file in the working directory."""

    @property
    def path(self) -> Path:
        return Path(f"{self.name}.txt")


def test_an_environment_that_is_not_the_locked_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    packages = ("pytest==0.0.1", "no-such-package==2", "none-either==3 ; sys_platform == 'none'")
    lines = (f"{each} \\\n    --hash=sha256:{'0' * 64}\n" for each in packages)
    Path("made-up.txt").write_text("".join(lines))
    with pytest.raises(SystemExit) as ended:
        require_locked([Elsewhere("made-up")])
    assert str(ended.value) == (
        f"made-up.txt: pytest 0.0.1 is locked, {pytest.__version__} installed, "
        "no-such-package 2 is locked, not installed; make clean dist installs what is locked"
    )
