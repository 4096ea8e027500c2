"""What a wheel brings."""

from __future__ import annotations

import json
import zipfile
from email import message_from_bytes

import pytest
import yaml

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


def test_the_metadata_claims_the_systems_and_pythons_that_are_tested(
    archive: zipfile.ZipFile,
) -> None:
    [name] = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
    found = message_from_bytes(archive.read(name)).get_all("Classifier", [])
    systems = [each for each in found if each.startswith("Operating System :: ")]
    assert systems == ["Operating System :: POSIX :: Linux"]
    workflow = yaml.safe_load((wheel.ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    job = workflow["jobs"]["test"]
    assert job["runs-on"].startswith("ubuntu-")
    pythons = [each.rpartition(" ")[2] for each in found if "Python :: 3." in each]
    assert pythons == job["strategy"]["matrix"]["python"]
