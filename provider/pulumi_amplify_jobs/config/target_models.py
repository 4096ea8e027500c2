"""The shape of `amplify-jobs:targets`: accounts and regions, by name."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic_core import core_schema as core

from ..domain.targets import TARGET_NAME, target_name_problem
from ..settings import RetryMode
from .mappings import ConfigModel, optional, required
from .models import JobsFile, WrittenJob
from .setting_models import ACCOUNT_ID, AssumeRoleConfig, SettingsConfig
from .shapes import ANY_TEXT, NAME, JsonSchema, refusing, some_tags, text, text_schema

NAME_OF_TARGET = text(
    refusing(target_name_problem),
    schema=text_schema(
        f"^{TARGET_NAME.pattern}$", "Write letters, digits, dots, hyphens and underscores."
    ),
)


def _as_at_the_top(attribute: str) -> Any:
    return SettingsConfig.keys[attribute]


class TargetConfig(ConfigModel):
    """An account and a region, with the roles that lead there; the rest is as at the top."""

    region: str | None = optional(NAME, "The AWS region.")
    account_id: str | None = optional(
        ACCOUNT_ID, "The AWS account's ID: with credentials of any other account, no call is made."
    )
    profile: str | None = optional(NAME, "The AWS profile.")
    assume_roles: list[AssumeRoleConfig] | None = _as_at_the_top("assume_roles")
    max_retries: int | None = _as_at_the_top("max_retries")
    retry_mode: RetryMode | None = _as_at_the_top("retry_mode")
    endpoint: str | None = _as_at_the_top("endpoint")
    tags: dict[str, str] | None = optional(
        core.dict_schema(values_schema=ANY_TEXT), "Tags by which rules and options select targets."
    )


class TargetArgument(TargetConfig):
    """A target that a program computes."""

    name: str = required(NAME_OF_TARGET, "What the program calls it.")


class TargetInArguments(ConfigModel):
    """The argument of a resource that such a target is."""

    target: TargetArgument = required(TargetArgument.shape(), "The target that has the job.")


class TargetsKeys(ConfigModel):
    """The key of the stack config, and of an included file, that declares targets."""

    targets: dict[str, TargetConfig] | None = optional(
        core.dict_schema(
            core.str_schema(metadata={"type": "string", "pattern": f"^{TARGET_NAME.pattern}$"}),
            TargetConfig.shape(),
        ),
        "Accounts and regions by name, for `target` of a job and `targets` of a rule.",
    )


class IncludedFile(JobsFile):
    """An included file: more jobs and targets, and defaults for the jobs."""

    keywords: ClassVar[JsonSchema] = {
        "if": {"not": {"required": ["targets"]}},
        "then": {"required": ["jobs"]},
    }

    jobs: dict[str, WrittenJob] | None = optional(  # type: ignore[assignment]
        JobsFile.keys["jobs"].shape, JobsFile.keys["jobs"].description
    )
    targets: dict[str, TargetConfig] | None = optional(
        TargetsKeys.keys["targets"].shape, TargetsKeys.keys["targets"].description
    )


class TargetTagsConfig(ConfigModel):
    """Which targets, by their tags; all of these have to fit."""

    keywords: ClassVar[JsonSchema] = {"minProperties": 1}

    tags: dict[str, str] = required(
        some_tags('add a tag, or write targets: ["*"] for all'),
        "Tags that the target must have, each with this value.",
    )
