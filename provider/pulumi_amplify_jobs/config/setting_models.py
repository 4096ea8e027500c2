"""The shape of the provider's settings: one model for each mapping a user writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args
from urllib.parse import urlsplit

from pydantic_core import core_schema as core

from ..settings import RetryMode
from .mappings import ConfigModel, optional, required
from .shapes import ANY_TEXT, DURATION, NAME, refusing, text, text_schema, whole_number

ROLE_ARN_PATTERN = re.compile(r"arn:[\w-]+:iam::\d{12}:role/\S+")
ACCOUNT_ID_PATTERN = re.compile(r"\d{12}", re.ASCII)


def _matching(pattern: re.Pattern[str], otherwise: str) -> Callable[[str], None]:
    return refusing(lambda text: None if pattern.fullmatch(text) else otherwise)


def _account_text(value: Any) -> Any:
    """Take an ID without quotes, too: of twelve digits, YAML has changed nothing."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _url_problem(text: str) -> str | None:
    if not _is_url(text):
        return "is not a URL: write http://HOST:PORT or https://HOST"
    if "@" in text:
        # botocore sends neither, and Pulumi records what stands in config.
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


ROLE_ARN = text(
    _matching(ROLE_ARN_PATTERN, "is not a role ARN: write arn:aws:iam::ACCOUNT:role/NAME"),
    schema=text_schema(f"^{ROLE_ARN_PATTERN.pattern}$", "Write arn:aws:iam::ACCOUNT:role/NAME."),
)
ACCOUNT_ID = core.no_info_before_validator_function(
    _account_text,
    text(_matching(ACCOUNT_ID_PATTERN, "is not an account ID: write its 12 digits, in quotes")),
    metadata={
        **text_schema(f"^{ACCOUNT_ID_PATTERN.pattern}$", "Write the 12 digits, in quotes."),
        "type": ["string", "integer"],
    },
)
URL_SCHEMA = text_schema(
    "^[hH][tT][tT][pP][sS]?://[^@]*$", "Write http://HOST:PORT or https://HOST."
)
URL = text(refusing(_url_problem), schema=URL_SCHEMA)
COUNT = core.no_info_before_validator_function(
    whole_number,
    core.int_schema(ge=0),
    metadata={
        **text_schema(r"^\d{1,9}$", "Write a whole number of 0 or more."),
        "type": ["integer", "string"],
        "minimum": 0,
    },
)


class AssumeRoleConfig(ConfigModel):
    """One role to assume, with the names of the Pulumi AWS provider."""

    role_arn: str = required(ROLE_ARN, "The role's ARN.")
    duration: str | None = optional(DURATION, "How long the session lasts, such as `1h`.")
    external_id: str | None = optional(ANY_TEXT, "The external ID that the role asks for.")
    policy: str | None = optional(ANY_TEXT, "A session policy, as JSON text.")
    policy_arns: list[str] | None = optional(
        core.list_schema(ANY_TEXT), "ARNs of managed policies for the session."
    )
    session_name: str | None = optional(
        ANY_TEXT,
        "The session's name; `pulumi-amplify-jobs` without it, and for a target the CI's actor "
        "and run, too.",
    )
    source_identity: str | None = optional(ANY_TEXT, "The source identity of the session.")
    tags: dict[str, str] | None = optional(
        core.dict_schema(values_schema=ANY_TEXT), "Session tags."
    )
    transitive_tag_keys: list[str] | None = optional(
        core.list_schema(ANY_TEXT), "Keys of the tags that pass on to the next role."
    )


class SettingsConfig(ConfigModel):
    """Provider settings, with the names of the Pulumi AWS provider."""

    region: str | None = optional(NAME, "The AWS region; it wins over `aws:region`.")
    profile: str | None = optional(NAME, "The AWS profile; it wins over `aws:profile`.")
    assume_roles: list[AssumeRoleConfig] | None = optional(
        core.list_schema(AssumeRoleConfig.shape()), "Roles to assume, one after the other."
    )
    allowed_account_ids: list[str] | None = optional(
        core.list_schema(ACCOUNT_ID),
        "AWS account IDs: with credentials of any other account, no call is made.",
    )
    forbidden_account_ids: list[str] | None = optional(
        core.list_schema(ACCOUNT_ID), "AWS account IDs in which no call is made."
    )
    max_retries: int | None = optional(
        COUNT,
        "How often a failed call is retried; by default, as often as 120 seconds allow.",
    )
    retry_mode: RetryMode | None = optional(
        core.literal_schema(list(get_args(RetryMode))),
        "`standard` (default), or `adaptive`: botocore then also slows down before "
        "the service asks for it.",
    )
    endpoint: str | None = optional(URL, "Another URL for the service, such as the emulator's.")
