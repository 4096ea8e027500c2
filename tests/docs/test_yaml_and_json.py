"""Every YAML and JSON example of the pages is read by what reads such a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pulumi_amplify_jobs.config.schema import include_schema, stack_schema
from pulumi_amplify_jobs.config.stack_file import read_stack
from pulumi_amplify_jobs.config.stack_selection import find_stack_file
from pulumi_amplify_jobs.emulator import load_seed

from .blocks import ROOT, Block, blocks

INCLUDED = "defaults: {appId: d2abcdefgh1234, backendEnvironmentName: prod}\njobs: {}\n"
DEFAULTS = {"appId": "d2abcdefgh1234", "backendEnvironmentName": "prod"}


def project(folder: Path, config: dict[str, Any]) -> Path:
    """Lay out a project around a stack's config, with a file for its includes."""
    (folder / "Pulumi.yaml").write_text("name: docs\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    (folder / "jobs").mkdir()
    (folder / "jobs" / "more.yaml").write_text(INCLUDED)
    return folder


def read_as_a_stack(content: dict[str, Any], folder: Path) -> None:
    jsonschema.validate(content, stack_schema())
    stack = read_stack(find_stack_file(project(folder, content), None, None))
    declared = content["config"].get("amplify-jobs:jobs") or {}
    assert {*stack.jobs, *stack.latest} == set(declared)


def read_as_an_included_file(content: dict[str, Any], folder: Path) -> None:
    jsonschema.validate(content, include_schema())
    stack = {"amplify-jobs:include": ["jobs/*.yaml"], "amplify-jobs:defaults": DEFAULTS}
    project(folder, {"config": stack})
    (folder / "jobs" / "more.yaml").write_text(yaml.safe_dump(content))
    assert list(read_stack(find_stack_file(folder, None, None)).jobs) == list(content["jobs"])


def read_as_a_seed(content: dict[str, Any], folder: Path) -> None:
    path = folder / "seed.yaml"
    path.write_text(yaml.safe_dump(content))
    seed = load_seed(path)
    assert len(seed.jobs) == len(content.get("jobs", ()))
    assert len(seed.apps) == len(content.get("apps", ()))


def read_as_a_project(content: dict[str, Any], folder: Path) -> None:
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(content))
    (folder / "Pulumi.dev.yaml").write_text("config: {}\n")
    assert find_stack_file(folder, "dev", None)
    ours = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    for key in ("requiredPulumiVersion", "options"):
        assert content[key] == ours[key]


def read_as_a_pre_commit_config(content: dict[str, Any]) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    [repo] = content["repos"]
    assert {hook["id"] for hook in repo["hooks"]} <= {hook["id"] for hook in hooks}


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: block.name)
def test_yaml(block: Block, tmp_path: Path) -> None:
    content = yaml.safe_load(block.text)
    if "repos" in content:
        read_as_a_pre_commit_config(content)
    elif "runtime" in content:
        read_as_a_project(content, tmp_path)
    elif "config" in content:
        read_as_a_stack(content, tmp_path)
    elif isinstance(content.get("jobs"), dict):
        read_as_an_included_file(content, tmp_path)
    else:
        read_as_a_seed(content, tmp_path)


@pytest.mark.parametrize("block", blocks("json"), ids=lambda block: block.name)
def test_json(block: Block) -> None:
    assert json.loads(block.text)


def test_there_are_examples_of_each_kind() -> None:
    assert len(blocks("yaml")) >= 5
    assert len(blocks("json")) >= 2


def test_no_block_is_of_a_language_that_no_test_reads() -> None:
    read = {"yaml", "json", "python", "console"}
    output = {"", "text"}
    assert {block.language for block in blocks()} <= read | output
