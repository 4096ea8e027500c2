"""The config loader: a stack file and two files that it may include.

Whatever they say, the answer is a config or one-line problems. The engine hands the same values out
as text: read so, the config is the same. `validate` finds errors exactly where there is no config.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from pulumi_amplify_jobs.config.check import check_files
from pulumi_amplify_jobs.config.engine_config import engine_config
from pulumi_amplify_jobs.config.project import StackFile
from pulumi_amplify_jobs.config.stack import StackConfig, known_keys
from pulumi_amplify_jobs.config.stack_file import SealedConfigError, read_source, read_stack
from pulumi_amplify_jobs.errors import ConfigError

from ..target import CANARY, HERE, PARTS, Target, assert_line, nested, parts_of

INCLUDED = ("jobs/a.yaml", "jobs/b.yaml")
SAMPLES = ("examples/**/Pulumi.*.yaml", "examples/**/jobs/*.yaml", "tests/releases/*/*/Pulumi.*")


@cache
def _project() -> Path:
    """Return the folder of a project, in memory where there is such a place."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(dir=memory))
    (folder / "jobs").mkdir()
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    return folder


def forget() -> None:
    """Remove the folder."""
    shutil.rmtree(_project(), ignore_errors=True)
    _project.cache_clear()


def check(data: bytes) -> None:
    """Read the files, and compare with what the engine and `validate` make of them."""
    project = _project()
    stack, *included = parts_of(data, 1 + len(INCLUDED))
    file = StackFile(project, project / "Pulumi.dev.yaml")
    file.path.write_bytes(stack)
    for name, content in zip(INCLUDED, included, strict=True):
        (project / name).write_bytes(content)
    errors = [each for each in check_files([file.path]).findings if each.severity == "error"]
    for each in errors:
        assert_line(each.message)
    try:
        config = read_stack(file)
    except SealedConfigError as error:
        _assert_lines(error)
    except ConfigError as error:
        _assert_lines(error)
        assert errors, f"validate finds nothing, but: {error}"
    else:
        assert not errors, f"validate finds what nothing else does: {errors}"
        for warning in config.warnings:
            assert_line(warning)
        _assert_same_for_the_engine(file, config)


def _assert_lines(error: ConfigError) -> None:
    assert error.problems
    for problem in error.problems:
        assert_line(problem)
        assert ": " in problem, problem


def _assert_same_for_the_engine(file: StackFile, config: StackConfig) -> None:
    values = {
        key: each.value if isinstance(each.value, str) else json.dumps(each.value)
        for key, each in read_source(file).entries.items()
        if each.value is not None
    }
    handed_out = engine_config(values, (), file.project, "dev")
    assert replace(handed_out, warnings=()) == replace(config, warnings=())


def seeds() -> Iterator[bytes]:
    """Yield the configs of the examples and of the releases."""
    root = HERE.parent
    for pattern in SAMPLES:
        for path in sorted(root.glob(pattern)):
            if ".venv" not in path.parts and path.stat().st_size <= TARGET.longest:
                yield path.read_bytes()
    include = b"config: {aws:region: eu-west-1, amplify-jobs:include: [jobs/*.yaml]}\n"
    one = b"jobs: {a: {appId: d2, backendEnvironmentName: prod, jobId: '1', status: FAILED}}\n"
    yield PARTS.join((include, one, b"defaults: {appId: d2}\n" + one.replace(b"a:", b"b:")))
    for deep in nested():
        yield f"config: {{amplify-jobs:jobs: {deep}}}".encode()
        yield f"config: {{amplify-jobs:jobs: {json.dumps(deep)}}}".encode()
    yield include.replace(b"eu-west-1", f"http://{CANARY}@x".encode())


TARGET = Target(
    "config",
    check,
    seeds,
    words=(
        *known_keys(),
        *("jobId", "appId", "backendEnvironmentName", "operation", "status", "when", "wait"),
        *("ifMissing", "ignore", "timeout", "latest", "follow", "match", "set", "limit", "except"),
        *(
            "olderThan",
            "idleFor",
            "apps",
            "environments",
            "nameMatches",
            "tags",
            "targets",
            "target",
        ),
        *("secure:", "environment:", "jobs/*.yaml", "<<: *a", "&a ", "!!binary ", "---\n", "6h"),
        *("FAILED", "RUNNING", "0x1f", "1e3", "12:30:45", "2024-02-30", "\n%%\n", CANARY),
    ),
    end=forget,
)
