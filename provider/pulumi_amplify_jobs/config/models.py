"""The shape of the configuration: one pydantic model for each mapping a user writes.

Keys are camelCase in YAML. These models check shapes and single values; what spans several
values (merging, duplicates) is the loader's. Their descriptions are what editors show, by the JSON
Schema, and what the config reference says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from ..domain.jobs import OPERATIONS, STATUSES, IfMissing
from ..domain.keys import MAX_TEXT_LENGTH, key_part_problem, text_problem
from ..domain.times import EXAMPLES, PATTERN, parse_duration
from ..settings import RetryMode
from .diagnostics import UnfitError
from .scalars import DATE_TEXT
from .unknown import unless_unknown

ROLE_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:role/\S+")
ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)

TEXT_SCHEMA = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_TEXT_LENGTH,
    "errorMessage": "This takes text: put a number in quotes.",
}
"""What JSON Schema can say of a name or value; yaml-language-server shows `errorMessage`."""


class ConfigModel(BaseModel):
    """Strict: a number is no text, and an unknown key is a problem."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,
    )

    def arguments(self) -> dict[str, Any]:
        """Return what is given as a resource's arguments: by snake_case names at every level."""
        # pydantic's own dump knows nothing of UNKNOWN in the place of a mapping.
        return {
            name.rstrip("_"): value.arguments() if isinstance(value, ConfigModel) else value
            for name, value in self
            if value is not None
        }

    @field_validator("*", mode="wrap")
    @classmethod
    def _as_far_as_known(cls, value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
        return unless_unknown(value, validate)


def _no_date(text: str) -> str:
    if DATE_TEXT.fullmatch(text):
        raise PydanticCustomError("date_text", "is a date")
    return text


def refusing(problem_of: Callable[[str], str | None]) -> AfterValidator:
    """Return what refuses text of which the function says what is wrong."""

    def check(text: str) -> str:
        problem = problem_of(text)
        if problem:
            raise UnfitError(problem)
        return text

    return AfterValidator(check)


def _matching(pattern: re.Pattern[str], otherwise: str) -> AfterValidator:
    return refusing(lambda text: None if pattern.fullmatch(text) else otherwise)


def _no_bare_number(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"{value} has no unit: write {value}s or {value}m")
    return value


def _account_text(value: Any) -> Any:
    """Take an ID without quotes, too: of twelve digits, YAML has changed nothing."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _duration(text: str) -> str:
    parse_duration(text)
    return text


def _url_problem(text: str) -> str | None:
    if not _is_url(text):
        return "is not a URL: write http://HOST:PORT or https://HOST"
    if "@" in text:
        # boto3 sends neither, and Pulumi records what stands in config.
        return "has a user or a password in it, which no call would send: remove it"
    return None


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


def _unless(default: Any) -> Callable[[Any], Any]:
    """Take a default that is written out as what is left out."""
    return lambda value: None if value == default else value


def whole_number(value: Any) -> Any:
    """Stack config reaches a program as text, a number too."""
    short = isinstance(value, str) and len(value) < 10
    return int(value) if short and value.isdecimal() else value


def text_schema(pattern: str, otherwise: str) -> dict[str, Any]:
    """Return the schema of text; yaml-language-server shows `otherwise` where it does not match."""
    return {"type": "string", "pattern": pattern, "patternErrorMessage": otherwise}


def _suggesting(known: tuple[str, ...]) -> WithJsonSchema:
    """Have editors complete the known values; the service takes any text."""
    return WithJsonSchema({**TEXT_SCHEMA, "examples": list(known)})


KeyPart = Annotated[
    str, refusing(key_part_problem), AfterValidator(_no_date), WithJsonSchema(TEXT_SCHEMA)
]
Text = Annotated[str, refusing(text_problem), AfterValidator(_no_date), WithJsonSchema(TEXT_SCHEMA)]
Operation = Annotated[
    str, refusing(text_problem), AfterValidator(_no_date), _suggesting(OPERATIONS)
]
Status = Annotated[str, refusing(text_problem), AfterValidator(_no_date), _suggesting(STATUSES)]
RoleArn = Annotated[
    str,
    _matching(ROLE_ARN, "is not a role ARN: write arn:aws:iam::ACCOUNT:role/NAME"),
    WithJsonSchema(text_schema(f"^{ROLE_ARN.pattern}$", "Write arn:aws:iam::ACCOUNT:role/NAME.")),
]
AccountId = Annotated[
    str,
    _matching(ACCOUNT_ID, "is not an account ID: write its 12 digits, in quotes"),
    BeforeValidator(_account_text),
    WithJsonSchema(
        {
            **text_schema(f"^{ACCOUNT_ID.pattern}$", "Write the 12 digits, in quotes."),
            "type": ["string", "integer"],
        }
    ),
]
Duration = Annotated[
    str,
    AfterValidator(_duration),
    BeforeValidator(_no_bare_number),
    WithJsonSchema(text_schema(f"^{PATTERN.pattern}$", f"Write {EXAMPLES}.")),
]
Url = Annotated[
    str,
    refusing(_url_problem),
    WithJsonSchema(
        text_schema("^[hH][tT][tT][pP][sS]?://[^@]*$", "Write http://HOST:PORT or https://HOST.")
    ),
]
Count = Annotated[
    int,
    Field(ge=0),
    BeforeValidator(whole_number),
    WithJsonSchema(
        {
            **text_schema(r"^\d{1,9}$", "Write a whole number of 0 or more."),
            "type": ["integer", "string"],
            "minimum": 0,
        }
    ),
]


class WhenConfig(ConfigModel):
    """A precondition on the live job: operation, status, or both."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    operation: Operation | None = Field(None, description="Only while the live operation is this.")
    status: Status | None = Field(None, description="Only while the live status is this.")

    @model_validator(mode="after")
    def _not_empty(self) -> WhenConfig:
        if self.operation is None and self.status is None:
            raise UnfitError("names neither operation nor status: add one, or remove it")
        return self


class WaitConfig(ConfigModel):
    """Waiting after an update."""

    timeout: Duration = Field(description="The longest to wait, such as `90s`, `1h30m` or `2d`.")


class DefaultsConfig(ConfigModel):
    """What is merged into every job; a job's own key wins, and null takes a default away."""

    app_id: KeyPart | None = Field(None, description="The Amplify app's ID.")
    backend_environment_name: KeyPart | None = Field(
        None, description="The backend environment's name."
    )
    operation: Operation | None = Field(
        None, description="The operation that the job should show, such as `UpdateBackendAPI`."
    )
    status: Status | None = Field(
        None, description="The status that the job should show, such as `FAILED`."
    )
    when: WhenConfig | None = Field(
        None, description="Leave the job alone unless its live values are these."
    )
    if_missing: Annotated[IfMissing, AfterValidator(_unless("error"))] | None = Field(
        None,
        description="If the service has no such job: `error` (default) fails, `ignore` does "
        "nothing.",
    )
    wait: WaitConfig | None = Field(
        None, description="After an update, poll until the job shows what is declared."
    )


class LatestConfig(ConfigModel):
    """Which job of the environment is meant: the one created last among those that fit."""

    operation: Operation | None = Field(None, description="Only jobs with this operation.")
    status: Status | None = Field(None, description="Only jobs with this status.")


class LatestIdConfig(ConfigModel):
    """A mapping in place of a job's ID."""

    latest: LatestConfig = Field(
        description="The job that was created last, among those with this operation and status; "
        "`{}` is any."
    )
    follow: Annotated[bool, AfterValidator(_unless(False))] | None = Field(
        None,
        description="Move on to newer jobs, each time as a replacement; without it, the job that "
        "was adopted stays.",
    )


class WrittenJob(DefaultsConfig):
    """One job as it is written: what defaults may add need not stand there."""

    job_id: KeyPart | LatestIdConfig = Field(
        description="The backend job's ID, or a mapping that says which is the latest. Quote an "
        "ID: an unquoted `0012` is a number, and refused."
    )


class JobConfig(WrittenJob):
    """One declared job, its defaults merged in."""

    job_id: KeyPart = Field(description="The backend job's ID.")

    app_id: KeyPart = Field(description="The Amplify app's ID.")
    backend_environment_name: KeyPart = Field(description="The backend environment's name.")


class LatestJobConfig(JobConfig):
    """One declared job whose ID is to be found, its defaults merged in."""

    job_id: LatestIdConfig = Field(description="Which job is the latest.")  # type: ignore[assignment]


JobName = Annotated[str, WithJsonSchema(TEXT_SCHEMA)]


class JobsFile(ConfigModel):
    """An included file: more jobs, and defaults for them."""

    defaults: DefaultsConfig | None = Field(
        None, description="Merged into this file's jobs; they win over the stack's defaults."
    )
    jobs: dict[JobName, WrittenJob] = Field(description="The file's jobs, by Pulumi resource name.")


class JobsKeys(ConfigModel):
    """The keys of the stack config that declare jobs."""

    jobs: dict[JobName, WrittenJob] | None = Field(
        None, description="The jobs, by Pulumi resource name."
    )
    defaults: DefaultsConfig | None = Field(
        None, description="Merged into every job; a job's own key wins, null takes a default away."
    )
    include: list[Annotated[str, Field(min_length=1)]] | None = Field(
        None,
        description="Files with more jobs, or patterns such as `jobs/*.yaml`, relative to the "
        "project.",
    )


class AssumeRoleConfig(ConfigModel):
    """One role to assume, with the names of the Pulumi AWS provider."""

    role_arn: RoleArn = Field(description="The role's ARN.")
    duration: Duration | None = Field(None, description="How long the session lasts, such as `1h`.")
    external_id: str | None = Field(None, description="The external ID that the role asks for.")
    policy: str | None = Field(None, description="A session policy, as JSON text.")
    policy_arns: list[str] | None = Field(
        None, description="ARNs of managed policies for the session."
    )
    session_name: str | None = Field(
        None, description="The session's name; `pulumi-amplify-jobs` without it."
    )
    source_identity: str | None = Field(None, description="The source identity of the session.")
    tags: dict[str, str] | None = Field(None, description="Session tags.")
    transitive_tag_keys: list[str] | None = Field(
        None, description="Keys of the tags that pass on to the next role."
    )


class SettingsConfig(ConfigModel):
    """Provider settings, with the names of the Pulumi AWS provider."""

    region: Text | None = Field(None, description="The AWS region; it wins over `aws:region`.")
    profile: Text | None = Field(None, description="The AWS profile; it wins over `aws:profile`.")
    assume_roles: list[AssumeRoleConfig] | None = Field(
        None, description="Roles to assume, one after the other."
    )
    allowed_account_ids: list[AccountId] | None = Field(
        None,
        description="AWS account IDs: with credentials of any other account, no call is made.",
    )
    forbidden_account_ids: list[AccountId] | None = Field(
        None, description="AWS account IDs in which no call is made."
    )
    max_retries: Count | None = Field(
        None,
        description="How often a failed call is retried; by default, as often as 120 "
        "seconds allow.",
    )
    retry_mode: RetryMode | None = Field(
        None,
        description="`standard` (default), or `adaptive`: botocore then also slows down before "
        "the service asks for it.",
    )
    endpoint: Url | None = Field(
        None, description="Another URL for the service, such as the emulator's."
    )
