"""The shape of the configuration: one model for each mapping a user writes.

Keys are camelCase in YAML. These models check shapes and single values; what spans several
values (merging, duplicates) is the loader's. Their descriptions are what editors show, by the JSON
Schema, and what the config reference says.
"""

from __future__ import annotations

from typing import Any, ClassVar, get_args

from pydantic_core import CoreSchema
from pydantic_core import core_schema as core

from ..domain.jobs import IfMissing
from .mappings import ConfigModel, by_kind, optional, required
from .shapes import (
    DURATION,
    KEY_PART,
    NAME,
    OPERATION,
    STATUS,
    TEXT_SCHEMA,
    WANTED_OPERATION,
    WANTED_STATUS,
    JsonSchema,
    UnfitError,
)

JOB_NAME = core.str_schema(metadata=TEXT_SCHEMA)


def _unless(default: Any, shape: CoreSchema) -> CoreSchema:
    """Take a default that is written out as what is left out."""
    return core.no_info_after_validator_function(
        lambda value: None if value == default else value, shape
    )


class WhenConfig(ConfigModel):
    """A precondition on the live job: operation, status, or both."""

    keywords: ClassVar[JsonSchema] = {"minProperties": 1}

    operation: str | None = optional(OPERATION, "Only while the live operation is this.")
    status: str | None = optional(STATUS, "Only while the live status is this.")

    def __post_init__(self) -> None:
        if self.operation is None and self.status is None:
            raise UnfitError("names neither operation nor status: add one, or remove it")


class WaitConfig(ConfigModel):
    """Waiting after an update."""

    timeout: str = required(DURATION, "The longest to wait, such as `90s`, `1h30m` or `2d`.")


class DefaultsConfig(ConfigModel):
    """What is merged into every job; a job's own key wins, and null takes a default away."""

    app_id: str | None = optional(KEY_PART, "The Amplify app's ID.")
    backend_environment_name: str | None = optional(KEY_PART, "The backend environment's name.")
    target: str | None = optional(
        NAME, "The target that has the app, by its name below `amplify-jobs:targets`."
    )
    operation: str | None = optional(
        WANTED_OPERATION, "The operation that the job should show, such as `UpdateBackendAPI`."
    )
    status: str | None = optional(
        WANTED_STATUS, "The status that the job should show, such as `FAILED`."
    )
    when: WhenConfig | None = optional(
        WhenConfig.shape(), "Leave the job alone unless its live values are these."
    )
    if_missing: IfMissing | None = optional(
        _unless("error", core.literal_schema(list(get_args(IfMissing)))),
        "If the service has no such job: `error` (default) fails, `ignore` does nothing.",
    )
    wait: WaitConfig | None = optional(
        WaitConfig.shape(), "After an update, poll until the job shows what is declared."
    )


class LatestConfig(ConfigModel):
    """Which job of the environment is meant: the one created last among those that fit."""

    operation: str | None = optional(OPERATION, "Only jobs with this operation.")
    status: str | None = optional(STATUS, "Only jobs with this status.")


class LatestIdConfig(ConfigModel):
    """A mapping in place of a job's ID."""

    latest: LatestConfig = required(
        LatestConfig.shape(),
        "The job that was created last, among those with this operation and status; `{}` is any.",
    )
    follow: bool | None = optional(
        _unless(False, core.bool_schema()),
        "Move on to newer jobs, each time as a replacement; without it, the job that "
        "was adopted stays.",
    )


class LatestIdArgument(ConfigModel):
    """What a program gives in place of a job's ID."""

    job_id: LatestIdConfig = required(LatestIdConfig.shape(), "Which job is the latest.")


class WrittenJob(DefaultsConfig):
    """One job as it is written: what defaults may add need not stand there."""

    job_id: str | LatestIdConfig = required(
        by_kind(dict, LatestIdConfig.shape(), KEY_PART),
        "The backend job's ID, or a mapping that says which is the latest. Quote an "
        "ID: an unquoted `0012` is a number, and refused.",
    )


class JobConfig(WrittenJob):
    """One declared job, its defaults merged in."""

    job_id: str = required(KEY_PART, "The backend job's ID.")

    app_id: str = required(KEY_PART, "The Amplify app's ID.")
    backend_environment_name: str = required(KEY_PART, "The backend environment's name.")


class LatestJobConfig(JobConfig):
    """One declared job whose ID is to be found, its defaults merged in."""

    job_id: LatestIdConfig = required(LatestIdConfig.shape(), "Which job is the latest.")  # type: ignore[assignment]


class JobsFile(ConfigModel):
    """An included file: more jobs, and defaults for them."""

    defaults: DefaultsConfig | None = optional(
        DefaultsConfig.shape(), "Merged into this file's jobs; they win over the stack's defaults."
    )
    jobs: dict[str, WrittenJob] = required(
        core.dict_schema(JOB_NAME, WrittenJob.shape()), "The file's jobs, by Pulumi resource name."
    )


class JobsKeys(ConfigModel):
    """The keys of the stack config that declare jobs."""

    jobs: dict[str, WrittenJob] | None = optional(
        core.dict_schema(JOB_NAME, WrittenJob.shape()), "The jobs, by Pulumi resource name."
    )
    defaults: DefaultsConfig | None = optional(
        DefaultsConfig.shape(),
        "Merged into every job; a job's own key wins, null takes a default away.",
    )
    include: list[str] | None = optional(
        core.list_schema(core.str_schema(metadata={"type": "string", "minLength": 1})),
        "Files with more jobs, or patterns such as `jobs/*.yaml`, relative to the project.",
    )
