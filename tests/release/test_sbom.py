"""The SBOM of the wheel: valid CycloneDX 1.6, and exactly what is installed with the wheel."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from release.installed import closure, required_by
from release.locks import ROOT
from release.sbom import reference
from tests import wheel

OWN = "pulumi-amplify-jobs"


def printed(file: Path) -> str:
    line = [sys.executable, "-m", "release.sbom", str(file)]
    return subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def text(built: Path) -> str:
    return printed(built)


@pytest.fixture(scope="module")
def document(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_it_is_valid(text: str) -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(text) is None
    assert validator.validate_str(text.replace('"library"', '"book"')) is not None


def test_it_is_the_same_each_time(text: str, built: Path) -> None:
    assert printed(built) == text


def test_it_is_about_this_very_wheel(document: dict[str, Any], built: Path) -> None:
    about = document["metadata"]["component"]
    assert (about["name"], about["licenses"]) == (OWN, [{"expression": "Apache-2.0"}])
    digest = hashlib.sha256(built.read_bytes()).hexdigest()
    assert about["hashes"] == [{"alg": "SHA-256", "content": digest}]


def test_it_has_what_is_installed_with_the_wheel(document: dict[str, Any]) -> None:
    required = required_by(distribution(OWN), ())
    expected = {reference(package) for package in closure(required)}
    assert {each["purl"] for each in document["components"]} == expected
    assert len(expected) > 30
    assert not any("starlette" in each for each in expected)


def test_every_component_is_reached_from_the_wheel(document: dict[str, Any]) -> None:
    edges = {each["ref"]: each["dependsOn"] for each in document["dependencies"]}
    reached: set[str] = set()
    queue = [document["metadata"]["component"]["bom-ref"]]
    while queue:
        ref = queue.pop()
        if ref not in reached:
            reached.add(ref)
            queue.extend(edges[ref])
    assert reached == set(edges)
    assert reached > {each["bom-ref"] for each in document["components"]}
