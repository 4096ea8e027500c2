"""What is public, as lines: names, commands, config keys, JSON documents, admin calls."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

from click.testing import CliRunner

import pulumi_amplify_jobs
from pulumi_amplify_jobs import emulator as emulator_package
from pulumi_amplify_jobs import testing
from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.config.schema import include_schema, stack_schema
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.emulator.admin import admin_routes
from pulumi_amplify_jobs.emulator.state import State
from pulumi_amplify_jobs.report.document import report_schema
from reference.commands import all_commands
from tests.samples import APP, ENVIRONMENT, job
from tests.stack_config import stack_config

from .stories import FAILED, RULE

JOBS = [job("1"), job("2", "COMPLETED"), job("3", error="rolled back"), job("4")]
DECLARED = {
    "changed": {"jobId": "1", **FAILED, "operation": "UpdateBackendAPI"},
    "left": {"jobId": "2", **FAILED, "when": {"status": "RUNNING"}},
    "gone": {"jobId": "9", **FAILED},
}
WITH_JSON = (
    "validate --format json",
    "plan --stack dev --json --all",
    f"list --stack dev --json {APP}/{ENVIRONMENT}",
    "discover --stack dev --json",
    "apply --stack dev --json --yes",
)
"""Commands with a JSON document. `try` has one, too, but reads for a minute."""


@cache
def surface() -> Sequence[str]:
    """Return every line, sorted."""
    return sorted({*_names(), *_commands(), *_keys(), *_report(), *_admin_calls(), *_documents()})


def _names() -> Iterator[str]:
    for module in (pulumi_amplify_jobs, testing, emulator_package):
        for name in module.__all__:
            yield f"python {module.__name__}.{name}"
    for kind in (testing.Host, testing.Result, testing.Step, Emulator):
        for member in dir(kind):
            if not member.startswith("_"):
                yield f"python {kind.__name__}.{member}"


def _commands() -> Iterator[str]:
    for command, context in all_commands():
        yield f"command {context.command_path}"
        for parameter in command.params:
            for spelling in (*parameter.opts, *parameter.secondary_opts):
                if spelling.startswith("-"):
                    yield f"command {context.command_path} {spelling}"


def _keys() -> Iterator[str]:
    for kind, schema in (("stack", stack_schema()), ("include", include_schema())):
        for path in _paths(schema, schema):
            yield f"config {kind}:{path}"


def _report() -> Iterator[str]:
    schema = report_schema()
    for path in _paths(schema, schema):
        yield f"report{path}"


def _paths(part: Any, schema: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield the paths of all that a schema names; `*` stands for any name or index."""
    if not isinstance(part, Mapping):
        return
    if "$ref" in part:
        yield from _paths(schema["$defs"][part["$ref"].rsplit("/", 1)[1]], schema, path)
    for name, below in part.get("properties", {}).items():
        yield f"{path}/{name}"
        yield from _paths(below, schema, f"{path}/{name}")
    for key in ("items", "additionalProperties"):
        yield from _paths(part.get(key), schema, f"{path}/*")
    for each in part.get("anyOf", ()):
        yield from _paths(each, schema, path)


def _admin_calls() -> Iterator[str]:
    state = cast("State", SimpleNamespace(store=None, faults=None, record=None))
    for route in admin_routes(state):
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield f"admin {method} {route.path}"


def _documents() -> Iterator[str]:
    """Yield the keys of what `--json` prints, of runs in which there is something to say."""
    seed = {"apps": [{"appId": APP, "environments": [ENVIRONMENT]}], "jobs": JOBS}
    with TemporaryDirectory() as folder, Emulator(seed=seed) as emulator:
        config = stack_config(emulator.url, DECLARED, rules={"stuck": RULE})
        Path(folder, "Pulumi.yaml").write_text("name: shop\n")
        Path(folder, "Pulumi.dev.yaml").write_text(json.dumps({"config": config}))
        Path(folder, "Pulumi.wrong.yaml").write_text("config: {amplify-jobs:jobs: {a: 1}}")
        for command in WITH_JSON:
            name, *options = command.split()
            run = CliRunner().invoke(cli, [name, "-C", folder, *options])
            for path in _paths_in(json.loads(run.stdout)):
                yield f"json {name} {path}"


def _paths_in(value: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of all keys of JSON data."""
    for name, below in value.items() if isinstance(value, dict) else ():
        yield f"{path}/{name}"
        yield from _paths_in(below, f"{path}/{name}")
    for below in value if isinstance(value, list) else ():
        yield from _paths_in(below, f"{path}/*")
