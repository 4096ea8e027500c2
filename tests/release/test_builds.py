"""Whoever builds a commit gets the same files, byte for byte."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from release.build import build, build_twice, hashes
from tests import revision, wheel

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git on PATH")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the package as it is now."""
    return revision.of_now(tmp_path_factory.mktemp("repository"))[0]


def test_two_builds_are_the_same_whatever_the_folder_the_times_and_the_umask(
    checkout: Path, tmp_path: Path
) -> None:
    built = build_twice(checkout, tmp_path)
    assert {path.suffix for path in built.iterdir()} == {".whl", ".gz"}
    places = [tmp_path / name / "source" / "README.md" for name in ("a", "other")]
    first, second = (path.stat() for path in places)
    assert (first.st_mtime, first.st_mode) != (second.st_mtime, second.st_mode)


def test_a_wheel_from_the_source_archive_is_the_same(checkout: Path, tmp_path: Path) -> None:
    first = build(checkout, tmp_path / "first", umask=0o022)
    [archive] = (tmp_path / "first").glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / "unpacked", filter="data")
    [source] = (tmp_path / "unpacked").iterdir()
    second = build(source, tmp_path / "second", umask=0o022)
    assert second == first


def test_what_differs_is_named(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that takes in what differs from place to place."""
    repository = shutil.copytree(checkout, tmp_path / "repository")
    (repository / "hatch_build.py").write_text(
        "from hatchling.builders.hooks.plugin.interface import BuildHookInterface\n"
        "class CustomBuildHook(BuildHookInterface):\n"
        "    def initialize(self, version, build_data):\n"
        "        (path := __import__('pathlib').Path(self.root, 'where')).write_text(self.root)\n"
        "        build_data['force_include'][str(path)] = 'pulumi_amplify_jobs/where'\n"
    )
    with (repository / "pyproject.toml").open("a") as file:
        file.write("\n[tool.hatch.build.targets.wheel.hooks.custom]\n")
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)
    with pytest.raises(SystemExit) as ended:
        build_twice(repository, tmp_path / "built")
    assert str(ended.value).endswith("py3-none-any.whl")
    assert "differ: pulumi_amplify_jobs-" in str(ended.value)


def test_nothing_but_the_package_is_in_the_source_archive(checkout: Path, tmp_path: Path) -> None:
    build(checkout, tmp_path, umask=0o022)
    [archive] = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.split("/", 1)[1].split("/")[0] for name in opened.getnames()}
    assert names == {*revision.PACKAGED, "provider", "PKG-INFO"} - {".pre-commit-hooks.yaml"}


def test_the_repository_s_own_files_are_hashed_by_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    assert hashes(tmp_path) == {
        "a": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    }


def test_the_wheel_of_the_checkout_is_the_one_of_a_release(checkout: Path, tmp_path: Path) -> None:
    released = build(checkout, tmp_path / "released", umask=0o022)
    own = wheel.build(tmp_path / "own")
    assert hashes(own.parent)[own.name] == released[own.name]
