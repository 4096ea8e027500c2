"""Every project of ours asks for the Pulumi CLI that the package's own requirement goes with."""

from __future__ import annotations

from importlib.metadata import requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from .blocks import ROOT

OURS = sorted(
    path
    for path in (ROOT / "Pulumi.yaml", *ROOT.glob("examples/**/Pulumi.yaml"))
    if ".venv" not in path.parts and path.parent != ROOT / "examples/library/app"
)
"""All but one that only stands for another team's project."""


def oldest_sdk() -> str:
    """Return the oldest version of Pulumi's SDK that the package takes."""
    found = map(Requirement, requires("pulumi-amplify-jobs") or ())
    [pulumi] = [each for each in found if each.name == "pulumi"]
    [oldest] = [each.version for each in pulumi.specifier if each.operator == ">="]
    return oldest


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.parent.name)
def test_a_project_asks_for_a_cli_as_new_as_the_oldest_sdk(path: Path) -> None:
    project = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert project["requiredPulumiVersion"] == f">={oldest_sdk()}.0"
