"""The shape of the configuration: one model for each mapping a user writes.

Keys are camelCase in YAML. These models check shapes and single values; what spans several
values (merging, duplicates) is the loader's. Their descriptions are what editors show, by the JSON
Schema, and what the config reference says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, get_args

from ..domain.jobs import OPERATIONS, STATUSES, IfMissing
from ..domain.keys import MAX_TEXT_LENGTH, key_part_problem, text_problem
from ..domain.times import EXAMPLES, PATTERN, parse_duration
from .mappings import ConfigModel, Model, optional, required
from .scalars import DATE_TEXT
from .shapes import AnyOf, DateTextError, Flag, ListOf, MappingOf, OneOf, Schema, Text, UnfitError

TEXT_SCHEMA = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_TEXT_LENGTH,
    "errorMessage": "This takes text: put a number in quotes.",
}
"""What JSON Schema can say of a name or value; yaml-language-server shows `errorMessage`."""


def _no_date(text: str) -> None:
    if DATE_TEXT.fullmatch(text):
        raise DateTextError("is a date")


def refusing(problem_of: Callable[[str], str | None]) -> Callable[[str], None]:
    """Return what refuses text of which the function says what is wrong."""

    def check(text: str) -> None:
        problem = problem_of(text)
        if problem:
            raise UnfitError(problem)

    return check


def _no_bare_number(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"{value} has no unit: write {value}s or {value}m")
    return value


def _unless(default: Any) -> Callable[[Any], Any]:
    """Take a default that is written out as what is left out."""
    return lambda value: None if value == default else value


def text_schema(pattern: str, otherwise: str) -> dict[str, Any]:
    """Return the schema of text; yaml-language-server shows `otherwise` where it does not match."""
    return {"type": "string", "pattern": pattern, "patternErrorMessage": otherwise}


def _suggesting(known: tuple[str, ...]) -> dict[str, Any]:
    """Have editors complete the known values; the service takes any text."""
    return {**TEXT_SCHEMA, "examples": list(known)}


KEY_PART = Text((refusing(key_part_problem), _no_date), schema=TEXT_SCHEMA)
NAME = Text((refusing(text_problem), _no_date), schema=TEXT_SCHEMA)
OPERATION = replace(NAME, schema=_suggesting(OPERATIONS))
STATUS = replace(NAME, schema=_suggesting(STATUSES))
DURATION = Text(
    (parse_duration,),
    prepared=_no_bare_number,
    schema=text_schema(f"^{PATTERN.pattern}$", f"Write {EXAMPLES}."),
)


class WhenConfig(ConfigModel):
    """A precondition on the live job: operation, status, or both."""

    keywords: ClassVar[Schema] = {"minProperties": 1}

    operation: str | None = optional(OPERATION, "Only while the live operation is this.")
    status: str | None = optional(STATUS, "Only while the live status is this.")

    def check(self) -> None:
        """Refuse a mapping that says nothing."""
        if self.operation is None and self.status is None:
            raise UnfitError("names neither operation nor status: add one, or remove it")


class WaitConfig(ConfigModel):
    """Waiting after an update."""

    timeout: str = required(DURATION, "The longest to wait, such as `90s`, `1h30m` or `2d`.")


class DefaultsConfig(ConfigModel):
    """What is merged into every job; a job's own key wins, and null takes a default away."""

    app_id: str | None = optional(KEY_PART, "The Amplify app's ID.")
    backend_environment_name: str | None = optional(KEY_PART, "The backend environment's name.")
    operation: str | None = optional(
        OPERATION, "The operation that the job should show, such as `UpdateBackendAPI`."
    )
    status: str | None = optional(STATUS, "The status that the job should show, such as `FAILED`.")
    when: WhenConfig | None = optional(
        WhenConfig, "Leave the job alone unless its live values are these."
    )
    if_missing: IfMissing | None = optional(
        OneOf(get_args(IfMissing), finished=_unless("error")),
        "If the service has no such job: `error` (default) fails, `ignore` does nothing.",
    )
    wait: WaitConfig | None = optional(
        WaitConfig, "After an update, poll until the job shows what is declared."
    )


class LatestConfig(ConfigModel):
    """Which job of the environment is meant: the one created last among those that fit."""

    operation: str | None = optional(OPERATION, "Only jobs with this operation.")
    status: str | None = optional(STATUS, "Only jobs with this status.")


class LatestIdConfig(ConfigModel):
    """A mapping in place of a job's ID."""

    latest: LatestConfig = required(
        LatestConfig,
        "The job that was created last, among those with this operation and status; `{}` is any.",
    )
    follow: bool | None = optional(
        Flag(finished=_unless(False)),
        "Move on to newer jobs, each time as a replacement; without it, the job that "
        "was adopted stays.",
    )


class WrittenJob(DefaultsConfig):
    """One job as it is written: what defaults may add need not stand there."""

    job_id: str | LatestIdConfig = required(
        AnyOf((KEY_PART, Model(LatestIdConfig))),
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

    job_id: LatestIdConfig = required(LatestIdConfig, "Which job is the latest.")  # type: ignore[assignment]


class JobsFile(ConfigModel):
    """An included file: more jobs, and defaults for them."""

    defaults: DefaultsConfig | None = optional(
        DefaultsConfig, "Merged into this file's jobs; they win over the stack's defaults."
    )
    jobs: dict[str, WrittenJob] = required(
        MappingOf(Model(WrittenJob), name=TEXT_SCHEMA), "The file's jobs, by Pulumi resource name."
    )


class JobsKeys(ConfigModel):
    """The keys of the stack config that declare jobs."""

    jobs: dict[str, WrittenJob] | None = optional(
        MappingOf(Model(WrittenJob), name=TEXT_SCHEMA), "The jobs, by Pulumi resource name."
    )
    defaults: DefaultsConfig | None = optional(
        DefaultsConfig, "Merged into every job; a job's own key wins, null takes a default away."
    )
    include: list[str] | None = optional(
        ListOf(Text(schema={"type": "string", "minLength": 1})),
        "Files with more jobs, or patterns such as `jobs/*.yaml`, relative to the project.",
    )
