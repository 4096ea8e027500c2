"""The config of Pulumi's AWS provider, `aws:…`, where it says who signs and where calls go.

Source of the keys: `pulumi_aws/config/vars.py` of pulumi-aws 7.51, and those of older releases.
Each is honoured, or refused with the cure, or harmless: nothing that changes the identity is passed
over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import core_schema as core

from .diagnostics import Entry, Problems
from .mappings import ConfigModel, keys_of, optional
from .setting_models import ACCOUNT_ID, URL, URL_SCHEMA, AssumeRoleConfig
from .shapes import NAME


def _switch(value: Any) -> Any:
    """Stack config reaches a program as text, a boolean too."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


SWITCH = core.no_info_before_validator_function(
    _switch, core.bool_schema(), metadata={"type": ["boolean", "string"]}
)
URL_OR_NONE = core.no_info_before_validator_function(
    lambda value: value or None, core.nullable_schema(URL), metadata=URL_SCHEMA
)


class EndpointsConfig(ConfigModel):
    """Other URLs for services, those that matter here."""

    unknown_keys = "ignore"

    amplify: str | None = optional(
        URL_OR_NONE, "Refused without amplify-jobs:endpoint: it can't say where the jobs are."
    )
    sts: str | None = optional(URL_OR_NONE, "The URL of AWS Security Token Service.")


class AwsConfig(ConfigModel):
    """What is honoured of the AWS provider's config; the same key of ours wins."""

    region: str | None = optional(NAME, "The AWS region.")
    profile: str | None = optional(NAME, "The AWS profile.")
    assume_role: AssumeRoleConfig | None = optional(AssumeRoleConfig.shape(), "A role to assume.")
    assume_roles: list[AssumeRoleConfig] | None = optional(
        core.list_schema(AssumeRoleConfig.shape()), "Roles to assume, one after the other."
    )
    allowed_account_ids: list[str] | None = optional(
        core.list_schema(ACCOUNT_ID), "With credentials of any other account, no call is made."
    )
    forbidden_account_ids: list[str] | None = optional(
        core.list_schema(ACCOUNT_ID), "Accounts in which no call is made."
    )
    endpoints: list[EndpointsConfig] | None = optional(
        core.list_schema(EndpointsConfig.shape()),
        "Other URLs for services; only the one for `sts` is used.",
    )
    sts_region: str | None = optional(NAME, "The region in which STS is asked.")
    skip_metadata_api_check: bool | None = optional(
        SWITCH, "With true, the credentials of the instance's role are not used."
    )


HONOURED = keys_of(AwsConfig)

STRUCTURED = (
    "assumeRole",
    "assumeRoles",
    "allowedAccountIds",
    "forbiddenAccountIds",
    "endpoints",
)

BY_ENVIRONMENT = {
    "customCaBundle": "AWS_CA_BUNDLE",
    "ec2MetadataServiceEndpoint": "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "ec2MetadataServiceEndpointMode": "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "httpProxy": "HTTP_PROXY",
    "httpsProxy": "HTTPS_PROXY",
    "noProxy": "NO_PROXY",
    "sharedConfigFiles": "AWS_CONFIG_FILE",
    "sharedCredentialsFile": "AWS_SHARED_CREDENTIALS_FILE",
    "sharedCredentialsFiles": "AWS_SHARED_CREDENTIALS_FILE",
    "useDualstackEndpoint": "AWS_USE_DUALSTACK_ENDPOINT",
    "useFipsEndpoint": "AWS_USE_FIPS_ENDPOINT",
}
"""Refused: a variable of the environment says the same, and Pulumi's AWS provider heeds it too."""

WEB_IDENTITY = "assumeRoleWithWebIdentity"
TOKEN = "webIdentityToken"  # noqa: S105

CREDENTIALS = ("accessKey", "secretKey", "token", WEB_IDENTITY)
"""Refused, unless a profile of ours says who signs; and warned of where they are in plain text."""

HARMLESS = (
    "defaultTags",
    "dynamodbEndpoint",
    "ignoreTags",
    "insecure",  # certificates are always checked here
    "kinesisEndpoint",
    "maxRetries",
    "retryMode",
    "s3ForcePathStyle",
    "s3UsEast1RegionalEndpoint",
    "s3UsePathStyle",
    "skipCredentialsValidation",
    "skipGetEc2Platforms",
    "skipRegionValidation",
    "skipRequestingAccountId",  # what is allowed or forbidden is always checked here
    "tagPolicyCompliance",
    "tokenBucketRateLimiterCapacity",
    "userAgents",
)
"""They say neither who signs nor where calls go."""

DECISIVE = (*HONOURED, *BY_ENVIRONMENT, *CREDENTIALS)
"""Keys that say who signs or where calls go."""

KNOWN = (*DECISIVE, *HARMLESS)

UNSET: tuple[object, ...] = (None, "", False, "false", [], {}, "[]", "{}")
"""Values that leave a key to its default."""

CERTAIN = 0.85
"""How alike a key and a known one are, from 0 to 1, where it is surely a misspelling."""


def refuse_passed_over(
    aws: Mapping[str, Entry], ours: Mapping[str, Entry], problems: Problems
) -> None:
    """Refuse or warn of each key, by its bare name, that says something and is not honoured."""
    for key, entry in aws.items():
        place = entry.origin.place()
        if entry.value in UNSET or key in HONOURED or key in HARMLESS:
            continue
        if key in BY_ENVIRONMENT:
            advice = f"remove it and set {BY_ENVIRONMENT[key]}, which the AWS provider reads, too"
            problems.error(place, f"aws:{key} is not supported here: {advice}")
            continue
        if key not in CREDENTIALS:
            _tell_unknown(key, entry, problems)
            continue
        if _is_readable(key, entry):
            advice = "remove it, and rotate the credentials"
            problems.warn(place, f"aws:{key} is in plain text for all who read this file: {advice}")
        if "profile" not in ours:
            advice = "remove it, or set amplify-jobs:profile to say who signs here"
            problems.error(place, f"aws:{key} is not supported here: {advice}")


def _is_readable(key: str, entry: Entry) -> bool:
    """Say whether credentials stand in a key in plain text, where everybody may read them."""
    value = entry.value
    if key == WEB_IDENTITY:
        held = value.get(TOKEN) if isinstance(value, dict) else value
        value = held if isinstance(value, dict) or f'"{TOKEN}"' in str(held) else None
    return isinstance(value, str) and not entry.origin.secret


def _tell_unknown(key: str, entry: Entry, problems: Problems) -> None:
    place = entry.origin.place()
    letters = key.replace("_", "").replace("-", "").lower()
    known = {name.lower(): name for name in KNOWN}
    import difflib  # only what is wrong needs it

    near = difflib.get_close_matches(letters, known, n=1, cutoff=CERTAIN)
    if near:
        problems.error(place, f"unknown key aws:{key}: did you mean aws:{known[near[0]]}?")
    else:
        message = f"aws:{key} is unknown here and ignored: check that it names no credentials"
        problems.warn(place, f"{message}, role or endpoint")
