"""The shape of the configuration: one pydantic model for each mapping a user writes.

Keys are camelCase in YAML. These models check shapes and single values; what spans several
values (merging, duplicates) is the loader's.
"""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from ..durations import parse_duration
from ..jobs import IfMissing, key_part_problem, text_problem
from ..settings import RetryMode


class ConfigModel(BaseModel):
    """Strict: a number is no text, and an unknown key is a problem."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,
    )


def _key_part(text: str) -> str:
    problem = key_part_problem(text)
    if problem:
        raise ValueError(problem)
    return text


def _text(text: str) -> str:
    problem = text_problem(text)
    if problem:
        raise ValueError(problem)
    return text


def _no_bare_number(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"{value} has no unit: write {value}s or {value}m")
    return value


def _role_arn(text: str) -> str:
    if not re.fullmatch(r"arn:[\w-]+:iam::\d{12}:role/\S+", text):
        raise ValueError("is no role's ARN: write arn:aws:iam::ACCOUNT:role/NAME")
    return text


def _duration(text: str) -> str:
    parse_duration(text)
    return text


def _url(text: str) -> str:
    if not _is_url(text):
        raise ValueError("is no URL: write http://HOST:PORT or https://HOST")
    return text


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and text.isprintable()
            and " " not in text
        )
    except ValueError:  # brackets that don't match, or a port that is none
        return False


def _whole_number(value: Any) -> Any:
    """Stack config reaches a program as text, a number too."""
    short = isinstance(value, str) and len(value) < 10
    return int(value) if short and value.isdecimal() else value


KeyPart = Annotated[str, AfterValidator(_key_part)]
Text = Annotated[str, AfterValidator(_text)]
RoleArn = Annotated[str, AfterValidator(_role_arn)]
Duration = Annotated[str, AfterValidator(_duration), BeforeValidator(_no_bare_number)]
Url = Annotated[str, AfterValidator(_url)]


class WhenConfig(ConfigModel):
    """A precondition on the live job."""

    operation: Text | None = Field(None, description="Only when the live operation is this.")
    status: Text | None = Field(None, description="Only when the live status is this.")

    @model_validator(mode="after")
    def _not_empty(self) -> WhenConfig:
        if self.operation is None and self.status is None:
            raise ValueError("names neither operation nor status: add one, or remove it")
        return self


class WaitConfig(ConfigModel):
    """Waiting after an update."""

    timeout: Duration = Field(description="The longest to wait, such as 90s, 30m or 1h30m.")


class DefaultsConfig(ConfigModel):
    """What is merged into every job; a job's own key wins, and null takes a default away."""

    app_id: KeyPart | None = Field(None, description="The Amplify app's ID.")
    backend_environment_name: KeyPart | None = Field(
        None, description="The backend environment's name."
    )
    operation: Text | None = Field(None, description="The operation that the job should show.")
    status: Text | None = Field(None, description="The status that the job should show.")
    when: WhenConfig | None = Field(None, description="Leave the job alone unless it is live so.")
    if_missing: IfMissing | None = Field(
        None, description="What a job that the service no longer has is: error (default) or ignore."
    )
    wait: WaitConfig | None = Field(
        None, description="After an update, poll until the job shows what is declared."
    )


class JobConfig(DefaultsConfig):
    """One declared job, its defaults merged in."""

    app_id: KeyPart = Field(description="The Amplify app's ID.")
    backend_environment_name: KeyPart = Field(description="The backend environment's name.")
    job_id: KeyPart = Field(description="The backend job's ID.")


class AssumeRoleConfig(ConfigModel):
    """One role to assume, with the names of the Pulumi AWS provider."""

    role_arn: RoleArn = Field(description="The role's ARN.")
    duration: Duration | None = Field(None, description="How long the session lasts, such as 1h.")
    external_id: str | None = Field(None, description="The external ID that the role asks for.")
    policy: str | None = Field(None, description="A session policy in JSON.")
    policy_arns: list[str] | None = Field(None, description="Managed session policies.")
    session_name: str | None = Field(None, description="The session's name.")
    source_identity: str | None = Field(None, description="The source identity.")
    tags: dict[str, str] | None = Field(None, description="Session tags.")
    transitive_tag_keys: list[str] | None = Field(None, description="Tags that chain on.")


class SettingsConfig(ConfigModel):
    """Provider settings, with the names of the Pulumi AWS provider."""

    region: Text | None = Field(None, description="The AWS region; before aws:region.")
    profile: Text | None = Field(None, description="The AWS profile; before aws:profile.")
    assume_roles: list[AssumeRoleConfig] | None = Field(
        None, description="Roles to assume, one after the other."
    )
    max_retries: Annotated[int, BeforeValidator(_whole_number), Field(ge=0)] | None = Field(
        None, description="Retries of a call; without it as many as fit 120 s."
    )
    retry_mode: RetryMode | None = Field(None, description="standard (default) or adaptive.")
    endpoint: Url | None = Field(None, description="The service's URL, for an emulator.")


class JobsFile(ConfigModel):
    """The top level of an included file."""

    defaults: dict[str, Any] | None = Field(
        None, description="Merged into this file's jobs, before the stack's defaults."
    )
    jobs: dict[str, Any] = Field(description="The jobs, by Pulumi resource name.")
