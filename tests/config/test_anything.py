"""Whatever stands in the config, the answer is a StackConfig or a list of one-line problems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pulumi_amplify_jobs.config.engine_config import engine_config
from pulumi_amplify_jobs.config.loader import read_arguments
from pulumi_amplify_jobs.config.project import StackFile
from pulumi_amplify_jobs.config.stack import StackConfig, known_keys
from pulumi_amplify_jobs.config.stack_file import read_stack
from pulumi_amplify_jobs.errors import ConfigError

WORDS = st.sampled_from(
    [
        *("appId", "backendEnvironmentName", "jobId", "operation", "status", "when", "ifMissing"),
        *("wait", "timeout", "roleArn", "duration", "tags", "policyArns", "jobs", "defaults"),
        *("secure", "value", "default", "RUNNING", "30m", "..", "*", "**", "jobs/*.yaml", "1"),
    ]
)
TEXT = WORDS | st.text(st.characters(exclude_categories=[]), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=4) | st.dictionaries(TEXT, v, max_size=5), max_leaves=12
)
JOB = st.fixed_dictionaries(
    {},
    optional={
        "appId": TEXT | VALUES,
        "backendEnvironmentName": TEXT | VALUES,
        "jobId": TEXT | VALUES,
        "operation": TEXT | VALUES,
        "status": TEXT | VALUES,
        "when": VALUES | st.dictionaries(st.sampled_from(["operation", "status"]), SCALARS),
        "ifMissing": VALUES | st.sampled_from(["error", "ignore"]),
        "wait": VALUES | st.fixed_dictionaries({"timeout": SCALARS}),
    },
)
JOBS = st.dictionaries(TEXT, JOB | VALUES, max_size=4)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
YAML_BITS = st.lists(
    st.sampled_from(
        [
            *("config:\n", "  amplify-jobs:jobs:\n", "    a:\n", "      jobId: ", "      status: "),
            *("&a ", "*a", "<<: ", "{", "}", "[", "]", ", ", ": ", "- ", "? ", "| ", "> ", "\n"),
            *("\t", "!!int ", "!!float ", "!!binary ", "!!set ", "!!omap ", "!x ", "%YAML 1.1\n"),
            *("---\n", "...\n", "'", '"', "#", "0012", "1e3", "2024-02-30", "0x", "~", "\ufeff"),
            *("amplify-jobs:include: ", "amplify-jobs:defaults: ", "environment: ", "secure: "),
        ]
    )
    | ANY_TEXT,
    max_size=25,
).map("".join)

relaxed = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: jobs\n")
    return tmp_path


def assert_lines(problems: tuple[str, ...]) -> None:
    assert problems
    for line in problems:
        assert line.isprintable()
        assert ": " in line


@relaxed
@given(
    st.dictionaries(
        st.sampled_from(known_keys()) | TEXT.map("amplify-jobs:{}".format),
        VALUES | JOBS | TEXT,
        max_size=5,
    ),
    st.booleans(),
)
def test_any_value_at_any_key(directory: Path, values: dict[str, Any], secret: bool) -> None:
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}
    try:
        config = engine_config(texts, texts if secret else (), directory, "dev")
    except ConfigError as error:
        assert_lines(error.problems)
    else:
        assert isinstance(config, StackConfig)
        assert all(line.isprintable() for line in config.warnings)


@relaxed
@given(JOBS, VALUES)
def test_any_jobs_with_any_defaults(directory: Path, jobs: Any, defaults: Any) -> None:
    texts = {"amplify-jobs:jobs": json.dumps(jobs), "amplify-jobs:defaults": json.dumps(defaults)}
    try:
        config = engine_config(texts, (), directory, None)
    except ConfigError as error:
        assert_lines(error.problems)
        return
    assert set(config.jobs) <= set(jobs)
    for name, job in config.jobs.items():
        assert job.operation or job.status
        assert job.name == name
        assert "\n" not in job.label


@relaxed
@given(YAML_BITS | ANY_TEXT)
@example("a: &a\n  <<: *a")
@example("!!binary {}: {}")
@example("config: {amplify-jobs:jobs: {a: !!set {x}}}")
def test_any_text_as_a_file(directory: Path, text: str) -> None:
    path = directory / "Pulumi.dev.yaml"
    included = directory / "included.yaml"
    path.write_text(text, encoding="utf-8")
    included.write_text(text, encoding="utf-8")
    for file in (path, directory / "Pulumi.other.yaml"):
        (directory / "Pulumi.other.yaml").write_text(
            "config: {amplify-jobs:include: [included.yaml]}"
        )
        try:
            read_stack(StackFile(directory, file))
        except ConfigError as error:
            assert_lines(error.problems)


@relaxed
@given(st.binary(max_size=60))
def test_any_bytes_as_a_file(directory: Path, data: bytes) -> None:
    path = directory / "Pulumi.dev.yaml"
    path.write_bytes(data)
    try:
        read_stack(StackFile(directory, path))
    except ConfigError as error:
        assert_lines(error.problems)


@relaxed
@given(JOB, st.sets(st.sampled_from(["appId", "jobId", "status", "when", "wait"])))
def test_any_arguments(job: dict[str, Any], unknown: set[str]) -> None:
    known = {key: value for key, value in job.items() if key not in unknown and value is not None}
    desired, problems = read_arguments(known, frozenset(unknown), {})
    assert not (desired and problems)
    assert desired or problems or unknown
    assert not {key for key, _ in problems} & unknown - {"status"}
