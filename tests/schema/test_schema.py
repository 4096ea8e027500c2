"""The JSON Schemas: they take what the loader takes, and what they refuse it refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from pulumi_amplify_jobs.config import aws
from pulumi_amplify_jobs.config.document import parse_document
from pulumi_amplify_jobs.config.project import StackFile
from pulumi_amplify_jobs.config.schema import include_schema, schema_text, stack_schema
from pulumi_amplify_jobs.config.stack import known_keys
from pulumi_amplify_jobs.config.stack_file import read_stack
from pulumi_amplify_jobs.domain.jobs import OPERATIONS, STATUSES
from pulumi_amplify_jobs.errors import ConfigError

from ..config.test_anything import JOB, JOBS, TEXT, VALUES

ROOT = Path(__file__).resolve().parents[2]
STACK_FILES = sorted(ROOT.glob("examples/*/Pulumi.dev.yaml"))
INCLUDED_FILES = sorted(ROOT.glob("examples/*/jobs/*.yaml"))
STACK = Draft7Validator(stack_schema())
INCLUDE = Draft7Validator(include_schema())
KEY = {"appId": "d1", "backendEnvironmentName": "prod", "jobId": "1"}
GOOD = {**KEY, "status": "FAILED"}
ROLE = "arn:aws:iam::123456789012:role/x"

relaxed = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])


def name_of(file: Path) -> str:
    return file.relative_to(ROOT / "examples").as_posix()


def of_stack(config: Any) -> list[str]:
    """Return what the schema says against a stack's config."""
    return [error.message for error in STACK.iter_errors({"config": config})]


def of_job(**keys: Any) -> list[str]:
    return of_stack({"amplify-jobs:jobs": {"a": {**GOOD, **keys}}})


def load(directory: Path, config: Any) -> Any:
    """Read config from a stack's file and return the file's content. Raises ConfigError."""
    text = json.dumps({"config": config})
    (directory / "Pulumi.yaml").write_text("name: x")
    file = directory / "Pulumi.dev.yaml"
    file.write_text(text, encoding="utf-8")
    read_stack(StackFile(directory, file))
    return parse_document(text, file.name).value


@pytest.mark.parametrize("schema", [stack_schema(), include_schema()], ids=["stack", "include"])
def test_it_is_a_schema(schema: dict[str, Any]) -> None:
    Draft7Validator.check_schema(schema)
    assert schema["title"]
    assert schema["$id"].startswith("urn:pulumi-amplify-jobs:schema:")
    assert "$ref" not in schema_text(schema), "it must be whole in one piece"


def test_every_key_is_described() -> None:
    def undescribed(schema: Any, path: str) -> list[str]:
        if not isinstance(schema, dict):
            return []
        found = []
        for key, below in schema.get("properties", {}).items():
            here = f"{path}.{key}"
            if isinstance(below, dict) and not below.get("description"):
                found.append(here)
            found += undescribed(below, here)
        for word in ("items", "additionalProperties"):
            found += undescribed(schema.get(word), f"{path}.{word}")
        return found

    assert undescribed(stack_schema(), "stack") == []
    assert undescribed(include_schema(), "include") == []


def test_it_has_every_key_of_the_stack_config() -> None:
    refused = {f"aws:{key}" for key in (*aws.BY_ENVIRONMENT, *aws.CREDENTIALS)}
    keys = set(known_keys())
    assert set(stack_schema()["properties"]["config"]["properties"]) == keys - refused
    assert refused < keys


def test_known_values_are_offered_and_others_are_taken() -> None:
    job = include_schema()["properties"]["jobs"]["additionalProperties"]["properties"]
    assert job["status"]["examples"] == list(STATUSES)
    assert job["operation"]["examples"] == list(OPERATIONS)
    assert of_job(status="PAUSED", operation="Anything") == []


@pytest.mark.parametrize("file", STACK_FILES, ids=name_of)
def test_the_examples_stacks(file: Path) -> None:
    assert list(STACK.iter_errors(yaml.safe_load(file.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("file", INCLUDED_FILES, ids=name_of)
def test_the_examples_included_files(file: Path) -> None:
    assert list(INCLUDE.iter_errors(yaml.safe_load(file.read_text(encoding="utf-8")))) == []


MODELINE = re.compile(r"yaml-language-server: \$schema=(\S+)")


@pytest.mark.parametrize("file", [*STACK_FILES, *INCLUDED_FILES], ids=name_of)
def test_an_example_names_no_schema_that_is_lost_when_it_is_copied(file: Path) -> None:
    example = ROOT / "examples" / file.relative_to(ROOT / "examples").parts[0]
    for named in MODELINE.findall(file.read_text(encoding="utf-8")):
        target = (file.parent / named).resolve()
        assert target.is_file()
        assert target.is_relative_to(example)


SECURE = {"secure": "v1:abc"}


@pytest.mark.parametrize(
    "config",
    [
        None,
        {"aws:region": None, "aws:skipMetadataApiCheck": "true", "shop:anything": [1, {"a": None}]},
        {"amplify-jobs:jobs": None, "amplify-jobs:defaults": None, "amplify-jobs:include": None},
        {"amplify-jobs:jobs": '{"a": {"jobId": "1"}}', "amplify-jobs:include": ' ["jobs/*.yaml"]'},
        {
            "amplify-jobs:jobs": SECURE,
            "amplify-jobs:defaults": SECURE,
            "amplify-jobs:region": SECURE,
        },
        {"amplify-jobs:jobs": {"a": {"jobId": SECURE, "status": SECURE, "ifMissing": SECURE}}},
        {"amplify-jobs:jobs": {"secure": GOOD}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "when": {"status": SECURE}, "wait": None}}},
        {"amplify-jobs:maxRetries": "5", "amplify-jobs:retryMode": "adaptive"},
        {"amplify-jobs:maxRetries": 0, "amplify-jobs:endpoint": "HTTPS://host"},
        {"amplify-jobs:assumeRoles": [{"roleArn": ROLE, "duration": "1h", "tags": {"a": "b"}}]},
        {"amplify-jobs:assumeRoles": SECURE},
        {"amplify-jobs:region": 5, "aws:profile": True},
        {
            f"amplify-jobs:{key}": ""
            for key in ("region", "endpoint", "maxRetries", "jobs", "rules")
        },
    ],
)
def test_it_takes(config: Any) -> None:
    assert of_stack(config) == []


def test_it_takes_what_pulumi_keeps_at_the_top() -> None:
    content = {
        "config": {"amplify-jobs:jobs": {"a": GOOD}},
        "encryptionsalt": "v1:x",
        "secretsprovider": "awskms://alias/x",
        "encryptedkey": "x",
        "environment": ["shared", {"values": {}}],
    }
    assert list(STACK.iter_errors(content)) == []


@pytest.mark.parametrize(
    "config",
    [
        {"amplify-jobs:job": {}},
        {"amplify_jobs:jobs": {}},
        {"AmplifyJobs:jobs": {}},
        {"jobs": {}},
        {"amplify-jobs:jobs": [GOOD]},
        {"amplify-jobs:jobs": {"a": None}},
        {"amplify-jobs:jobs": {"": GOOD}},
        {"amplify-jobs:jobs": {"a": {"status": "FAILED"}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "stauts": "FAILED"}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "jobId": 12}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "jobId": None}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "jobId": "x" * 257}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "status": {"secur": "x"}}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "status": ""}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "when": {}}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "when": "RUNNING"}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "when": {"state": "RUNNING"}}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "wait": {}}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "wait": {"timeout": 30}}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "wait": {"timeout": "soon"}}}},
        {"amplify-jobs:jobs": {"a": {**GOOD, "ifMissing": "never"}}},
        {"amplify-jobs:defaults": {"jobId": "1"}},
        {"amplify-jobs:include": "jobs/*.yaml"},
        {"amplify-jobs:include": [3]},
        {"amplify-jobs:region": [5]},
        {"amplify-jobs:region": "x" * 257},
        {"amplify-jobs:maxRetries": -1},
        {"amplify-jobs:maxRetries": "many"},
        {"amplify-jobs:retryMode": "legacy"},
        {"amplify-jobs:endpoint": "localhost:4566"},
        {"amplify-jobs:assumeRoles": [{}]},
        {"amplify-jobs:assumeRoles": [{"roleArn": "admin"}]},
        {"amplify-jobs:assumeRoles": [{"roleArn": ROLE, "arn": "x"}]},
    ],
    ids=json.dumps,
)
def test_what_it_refuses_the_loader_refuses(config: Any, tmp_path: Path) -> None:
    assert of_stack(config)
    with pytest.raises(ConfigError):
        load(tmp_path, config)


@pytest.mark.parametrize(
    "content",
    [{}, {"defaults": {}}, {"jobs": []}, {"jobs": {"a": {**GOOD, "status": SECURE}}}, {"job": {}}],
    ids=json.dumps,
)
def test_what_an_included_file_may_not_be(content: Any, tmp_path: Path) -> None:
    assert list(INCLUDE.iter_errors(content))
    (tmp_path / "more.yaml").write_text(json.dumps(content))
    with pytest.raises(ConfigError):
        load(tmp_path, {"amplify-jobs:include": ["more.yaml"]})


VALID_JOB = st.fixed_dictionaries(
    {"jobId": st.uuids().map(str)},
    optional={
        "appId": st.sampled_from(["d1", "d2"]),
        "backendEnvironmentName": st.sampled_from(["dev", "prod"]),
        "operation": st.just("UpdateBackendAPI") | TEXT,
        "status": st.sampled_from([*STATUSES, "PAUSED"]),
        "when": st.none()
        | st.fixed_dictionaries(
            {"status": st.sampled_from(STATUSES)}, optional={"operation": st.none() | TEXT}
        ),
        "ifMissing": st.sampled_from(["error", "ignore", None]),
        "wait": st.none() | st.fixed_dictionaries({"timeout": st.sampled_from(["90s", "1h30m"])}),
    },
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "amplify-jobs:region": TEXT,
        "amplify-jobs:maxRetries": st.integers() | st.integers(0, 99).map(str) | TEXT,
        "amplify-jobs:retryMode": st.sampled_from(["standard", "adaptive", "legacy"]),
        "amplify-jobs:endpoint": TEXT.map("http://{}".format) | TEXT,
        "amplify-jobs:assumeRoles": st.lists(
            st.fixed_dictionaries(
                {"roleArn": st.just(ROLE) | TEXT},
                optional={"duration": st.just("1h") | TEXT, "tags": VALUES, "policyArns": VALUES},
            ),
            max_size=2,
        ),
        "aws:region": VALUES,
    },
)
DEFAULTS = {"appId": "d1", "backendEnvironmentName": "prod", "status": "FAILED"}
NAMES = st.sampled_from(["a", "b", "secure", "jobs", "4f1c"])
VALID_JOBS = st.dictionaries(NAMES, VALID_JOB, max_size=3)
CONFIGS = st.builds(
    lambda settings, defaults, jobs: {
        **settings,
        "amplify-jobs:defaults": defaults,
        "amplify-jobs:jobs": jobs,
    },
    st.just({}) | SETTINGS,
    st.just(DEFAULTS) | JOB | VALUES,
    VALID_JOBS | JOBS,
)


@relaxed
@given(CONFIGS)
@example({"amplify-jobs:jobs": {"secure": GOOD}})
@example({"amplify-jobs:maxRetries": "٣"})
def test_what_the_loader_takes_it_takes(tmp_path: Path, config: dict[str, Any]) -> None:
    try:
        content = load(tmp_path, config)
    except ConfigError:
        return
    assert list(STACK.iter_errors(content)) == []


@relaxed
@given(VALID_JOBS | JOBS, st.just(DEFAULTS) | JOB | VALUES)
def test_what_the_loader_takes_of_an_included_file_it_takes(
    tmp_path: Path, jobs: Any, defaults: Any
) -> None:
    content = {"jobs": jobs, "defaults": defaults}
    (tmp_path / "more.yaml").write_text(json.dumps(content), encoding="utf-8")
    try:
        load(tmp_path, {"amplify-jobs:include": ["more.yaml"]})
    except ConfigError:
        return
    assert list(INCLUDE.iter_errors(parse_document(json.dumps(content), "x").value)) == []


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from pulumi_amplify_jobs.cli import main; main()", "schema"]
    return subprocess.run(
        [*command, *arguments], cwd=cwd, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [((), stack_schema()), (("stack",), stack_schema()), (("include",), include_schema())],
)
def test_the_command_prints_it(
    arguments: tuple[str, ...], expected: dict[str, Any], tmp_path: Path
) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == expected
    written = run(*arguments, "--output", "x.json", cwd=tmp_path)
    assert (written.returncode, written.stdout, written.stderr) == (0, "", "")
    assert (tmp_path / "x.json").read_text(encoding="utf-8") == done.stdout


def test_the_command_fails_in_one_line(tmp_path: Path) -> None:
    nowhere = run("--output", "no/such/folder.json", cwd=tmp_path)
    assert (nowhere.returncode, nowhere.stdout) == (1, "")
    assert nowhere.stderr == "error: no/such/folder.json: No such file or directory\n"
    unknown = run("jobs", cwd=tmp_path)
    assert unknown.returncode == 1
    assert unknown.stderr.count("\n") == 1
    assert "'jobs' is not one of 'stack', 'include'" in unknown.stderr
