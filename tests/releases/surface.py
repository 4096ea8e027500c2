"""What is public, as lines: names, commands and options, config keys, the report, admin calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

import pulumi_amplify_jobs
from pulumi_amplify_jobs import emulator, testing
from pulumi_amplify_jobs.config.schema import include_schema, stack_schema
from pulumi_amplify_jobs.emulator.admin import admin_routes
from pulumi_amplify_jobs.emulator.state import State
from pulumi_amplify_jobs.report.document import report_schema
from reference.commands import all_commands


def surface() -> list[str]:
    """Return every line, sorted."""
    return sorted({*_names(), *_commands(), *_keys(), *_report(), *_admin_calls()})


def _names() -> Iterator[str]:
    for module in (pulumi_amplify_jobs, testing, emulator):
        for name in module.__all__:
            yield f"python {module.__name__}.{name}"
    for kind in (testing.Host, testing.Result, testing.Step, emulator.Emulator):
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
