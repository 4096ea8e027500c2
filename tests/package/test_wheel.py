"""What a wheel brings."""

from __future__ import annotations

import json
import zipfile

import pytest

from tests import wheel


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(wheel.build(tmp_path_factory.mktemp("wheel")))


def test_pulumi_is_told_that_there_is_no_plugin_to_download(archive: zipfile.ZipFile) -> None:
    said = json.loads(archive.read("pulumi_amplify_jobs/pulumi-plugin.json"))
    assert said == {"resource": False}


def test_every_file_of_the_package_is_in_the_wheel(archive: zipfile.ZipFile) -> None:
    package = wheel.ROOT / "provider"
    files = {
        str(path.relative_to(package))
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == files


def test_the_wheel_is_typed(archive: zipfile.ZipFile) -> None:
    assert "pulumi_amplify_jobs/py.typed" in archive.namelist()
