"""The Stacks of many-accounts, for the Pulumi Kubernetes Operator: one for each shard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pulumi_amplify_jobs.domain.targets import Shard
from tests.needs import needs_engine

from .conftest import EXAMPLES, Example

FOLDER = EXAMPLES / "many-accounts"
SCHEMA = yaml.safe_load(
    Path(__file__).with_name("operator_stack.schema.yaml").read_text(encoding="utf-8")
)
RESOURCES: list[dict[str, Any]] = list(
    yaml.safe_load_all((FOLDER / "operator" / "stacks.yaml").read_text(encoding="utf-8"))
)
STACKS = [each for each in RESOURCES if each["kind"] == "Stack"]
OTHERS = [each for each in RESOURCES if each["kind"] != "Stack"]

each_stack = pytest.mark.parametrize("stack", STACKS, ids=lambda each: each["metadata"]["name"])


def config_of(stack: dict[str, Any]) -> dict[str, Any]:
    """Return the config that the operator sets in a stack."""
    maps = {each["metadata"]["name"]: each["data"] for each in OTHERS if "data" in each}
    found = dict(stack["spec"]["config"])
    for key, reference in stack["spec"]["configRef"].items():
        assert reference["json"], "it would be text"
        found[key] = json.loads(maps[reference["name"]][reference["key"]])
    return found


@each_stack
def test_the_operator_knows_its_fields(stack: dict[str, Any]) -> None:
    jsonschema.validate(stack, SCHEMA)


@pytest.mark.parametrize(
    "wrong",
    [
        {"resyncFrequencySecond": 900},
        {"resyncFrequencySeconds": "15m"},
        {"envRefs": {"X": {"type": "Env", "env": {"name": "X"}}}},
    ],
    ids=str,
)
def test_a_wrong_field_would_be_found(wrong: dict[str, Any]) -> None:
    stack = {**STACKS[0], "spec": {**STACKS[0]["spec"], **wrong}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(stack, SCHEMA)


@pytest.mark.parametrize("resource", OTHERS, ids=lambda each: each["kind"])
def test_kubernetes_takes_the_rest(resource: dict[str, Any]) -> None:
    validator = pytest.importorskip(
        "kubernetes_validate", reason="no kubernetes-validate, run make test"
    )
    for version in ("1.29", "1.37"):
        validator.validate(resource, version, strict=True)


def test_each_shard_has_a_stack() -> None:
    shards = [each["spec"]["envRefs"]["AMPLIFY_JOBS_SHARD"]["literal"]["value"] for each in STACKS]
    assert shards == ["1/4", "2/4", "3/4", "4/4"]
    for text, stack in zip(shards, STACKS, strict=True):
        shard = Shard.parse(text)
        name = f"{shard.number}-of-{shard.total}"
        assert stack["metadata"]["name"] == f"fleet-{name}"
        assert stack["spec"]["stack"] == f"organization/fleet/dev-{name}"


@each_stack
def test_it_is_brought_up_also_without_a_commit(stack: dict[str, Any]) -> None:
    spec = stack["spec"]
    assert spec["refresh"]
    assert spec["continueResyncOnCommitMatch"]
    assert spec["resyncFrequencySeconds"] == spec["retryMaxBackoffDurationSeconds"] == 900
    assert spec["updateTemplate"]["spec"]["continueOnError"]


def test_the_service_account_is_the_stacks_own() -> None:
    accounts = [each for each in OTHERS if each["kind"] == "ServiceAccount"]
    names = {each["metadata"]["name"] for each in accounts}
    assert {each["spec"]["serviceAccountName"] for each in STACKS} == names
    [binding] = [each for each in OTHERS if each["kind"] == "ClusterRoleBinding"]
    assert {each["name"] for each in binding["subjects"]} == names


@each_stack
def test_its_config_is_that_of_the_commands(stack: dict[str, Any]) -> None:
    file = yaml.safe_load((FOLDER / "Pulumi.dev.yaml").read_text(encoding="utf-8"))
    assert config_of(stack) == file["config"]


@needs_engine
@pytest.mark.parametrize("example", ["many-accounts"], indirect=True)
def test_the_engine_keeps_the_config_as_the_operator_sets_it(example: Example) -> None:
    # As agent/pkg/server/server.go of the operator does, in a workspace without the stack's file.
    config = config_of(STACKS[0])
    values = {
        key: {"value": value, "secret": False}
        if isinstance(value, str)
        else {"value": json.dumps(value), "objectValue": value, "secret": False}
        for key, value in config.items()
    }
    example.pulumi("stack", "init", "dev-1-of-4")
    example.pulumi("config", "set-all", "--stack", "dev-1-of-4", "--json", json.dumps(values))
    file = yaml.safe_load((example.folder / "Pulumi.dev-1-of-4.yaml").read_text(encoding="utf-8"))
    assert file["config"] == config
    done = example.amplify_jobs("validate")
    assert done.code == 0, done.output
