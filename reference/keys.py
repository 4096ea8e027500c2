"""The config's keys as tables: from the models that check them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from inspect import signature
from typing import Any

from pulumi_amplify_jobs.config.loader import JOB_KEYS, NAMESPACE
from pulumi_amplify_jobs.config.mappings import ConfigModel
from pulumi_amplify_jobs.config.models import (
    JobConfig,
    JobsKeys,
    LatestConfig,
    LatestIdConfig,
    WaitConfig,
    WhenConfig,
)
from pulumi_amplify_jobs.config.rule_models import (
    AppsConfig,
    MatchConfig,
    RuleConfig,
    RulesKeys,
    SetConfig,
)
from pulumi_amplify_jobs.config.schema import model_schema
from pulumi_amplify_jobs.config.setting_models import AssumeRoleConfig, SettingsConfig
from pulumi_amplify_jobs.config.target_models import IncludedFile, TargetConfig, TargetsKeys
from pulumi_amplify_jobs.domain.jobs import DesiredJob
from pulumi_amplify_jobs.job_resource import BackendJob
from pulumi_amplify_jobs.settings import AssumeRole, Settings
from pulumi_amplify_jobs.spelling import camel

from .markdown import code, table

KINDS = {
    "array": "list",
    "boolean": "boolean",
    "integer": "whole number",
    "object": "mapping",
    "string": "text",
}

HEADER = ("key", "type", "default", "meaning")


def stack_keys() -> str:
    """Return the table of the stack config's keys."""
    rows = [
        *_rows(JobsKeys, None, f"{NAMESPACE}:"),
        *_rows(RulesKeys, None, f"{NAMESPACE}:"),
        *_rows(TargetsKeys, None, f"{NAMESPACE}:"),
        *_rows(SettingsConfig, Settings, f"{NAMESPACE}:"),
    ]
    return table(HEADER, rows)


def job_keys() -> str:
    """Return the table of a job's keys, in the order of the arguments of BackendJob."""
    rows = {row[0]: row for row in _rows(JobConfig, DesiredJob)}
    arguments = [name for name in signature(BackendJob).parameters if camel(name) in JOB_KEYS]
    return table(
        (*HEADER, "in Python"),
        [(*rows.pop(code(camel(name))), code(name)) for name in arguments],
    )


def rule_keys() -> str:
    """Return the table of a rule's keys."""
    return table(HEADER, _rows(RuleConfig))


def apps_keys() -> str:
    """Return the table of the keys of a rule's `apps`, where it is a mapping."""
    return table(HEADER, _rows(AppsConfig))


def match_keys() -> str:
    """Return the table of the keys of a rule's `match`."""
    return table(HEADER, _rows(MatchConfig))


def set_keys() -> str:
    """Return the table of the keys of a rule's `set`."""
    return table(HEADER, _rows(SetConfig))


def latest_id_keys() -> str:
    """Return the table of the keys of a `jobId` that is a mapping."""
    return table(HEADER, _rows(LatestIdConfig))


def latest_keys() -> str:
    """Return the table of the keys of `latest`."""
    return table(HEADER, _rows(LatestConfig))


def when_keys() -> str:
    """Return the table of the keys of `when`."""
    return table(HEADER, _rows(WhenConfig))


def wait_keys() -> str:
    """Return the table of the keys of `wait`."""
    return table(HEADER, _rows(WaitConfig))


def role_keys() -> str:
    """Return the table of the keys of one role to assume."""
    return table(HEADER, _rows(AssumeRoleConfig, AssumeRole))


def file_keys() -> str:
    """Return the table of the keys of an included file."""
    return table(HEADER, _rows(IncludedFile))


def target_keys() -> str:
    """Return the table of the keys of a target."""
    return table(HEADER, _rows(TargetConfig))


def _rows(
    model: type[ConfigModel], holder: type[Any] | None = None, prefix: str = ""
) -> Iterator[tuple[str, str, str, str]]:
    """Yield a row for each key; `holder` is the dataclass in which a value ends, with defaults."""
    schema = model_schema(model)
    defaults = _defaults(holder)
    for key, described in schema["properties"].items():
        default = "required" if key in schema.get("required", ()) else defaults.get(key, "")
        yield code(prefix + key), _kind(described), default, described["description"]


def _kind(schema: Mapping[str, Any]) -> str:
    """Return the type of a value in words."""
    words = [each for each in schema.get("enum", ()) if each is not None]
    if words:
        return " or ".join(map(code, words))
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(_one_kind(each, schema) for each in types if each != "null")


def _one_kind(name: str, schema: Mapping[str, Any]) -> str:
    items = schema.get("items")
    if name != "array" or not items:
        return KINDS[name]
    return f"{KINDS[name]} of {_kind(items)}{'s' * ('object' in items['type'])}"


def _defaults(holder: type[Any] | None) -> dict[str, str]:
    """Return the defaults that are text, by the key in YAML; without one, nothing is sent."""
    found = {each.name: each.default for each in fields(holder)} if holder else {}
    return {
        camel(name): code(default) for name, default in found.items() if isinstance(default, str)
    }
