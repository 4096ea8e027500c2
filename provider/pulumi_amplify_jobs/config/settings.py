"""Provider settings: of a command line, of `amplify-jobs:` keys, then of the AWS provider's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from ..domain.times import parse_duration
from ..settings import Accounts, AssumeRole, Settings
from .aws import AwsConfig, refuse_passed_over
from .diagnostics import Entry, Origin, Problems
from .document import Document
from .loader import NAMESPACE, validated
from .mappings import ConfigModel, keys_of
from .setting_models import AssumeRoleConfig, SettingsConfig


def overridden(settings: Settings, given: Mapping[str, str]) -> Settings:
    """Return the settings with those that are given, by option (`--region`), in their place.

    Raises ConfigError with every problem at once.
    """
    problems = Problems()
    good: dict[str, Any] = {}
    for option, value in given.items():
        key = option.removeprefix("--")
        if validated(SettingsConfig, {key: value}, Origin(Document(option)), problems):
            good[key] = value
    problems.raise_errors()
    good.update({f"{key}_source": f"--{key}" for key in tuple(good)})
    return replace(settings, **good)


ModelT = TypeVar("ModelT", bound=ConfigModel)

SETTING_KEYS = keys_of(SettingsConfig)


def read_settings(
    ours: Mapping[str, Entry], aws: Mapping[str, Entry], problems: Problems
) -> Settings:
    """Return the settings as far as they are good, and note the rest; entries are by bare key.

    What is None there, is found by the client in the environment and the AWS profile.
    """
    model = SettingsConfig.read(_good(SettingsConfig, ours, problems, None))
    present = {key: entry for key, entry in aws.items() if entry.value != ""}
    beside = AwsConfig.read(_good(AwsConfig, present, problems, "aws"))
    refuse_passed_over(aws, ours, problems)
    _refuse_half(model, beside, present, problems)
    return _settings_from(model, beside)


def _good(
    model: type[ModelT], entries: Mapping[str, Entry], problems: Problems, subject: str | None
) -> dict[str, Any]:
    """Validate values one by one, so that each problem has its own place."""
    good = {}
    for key in keys_of(model):
        entry = entries.get(key)
        if entry is None or entry.value is None:
            continue
        origin = entry.origin.standing_for(key)
        if validated(model, {key: entry.value}, origin, problems, subject) is not None:
            good[key] = entry.value
    return good


def _refuse_half(
    model: SettingsConfig, beside: AwsConfig, aws: Mapping[str, Entry], problems: Problems
) -> None:
    """Refuse what says two things, or only half of what it means."""
    if beside.assume_role and beside.assume_roles:
        place = aws["assumeRole"].origin.place()
        problems.error(place, "aws:assumeRole and aws:assumeRoles are both set: keep one of them")
    if _endpoint(beside, "amplify") and not model.endpoint:
        place = aws["endpoints"].origin.place()
        message = "aws:endpoints sets amplify, but can't say where the jobs' own service is"
        problems.error(place, f"{message}: set {NAMESPACE}:endpoint, too")


def _settings_from(model: SettingsConfig, aws: AwsConfig) -> Settings:
    roles = model.assume_roles
    if roles is None:
        roles = aws.assume_roles or ([aws.assume_role] if aws.assume_role else [])
    return Settings(
        region=model.region or aws.region,
        profile=model.profile or aws.profile,
        region_source=f"{NAMESPACE if model.region else 'aws'}:region",
        profile_source=f"{NAMESPACE if model.profile else 'aws'}:profile",
        assume_roles=tuple(map(role, roles)),
        max_retries=model.max_retries,
        retry_mode=model.retry_mode or "standard",
        endpoint=model.endpoint,
        sts_region=aws.sts_region,
        sts_endpoint=_endpoint(aws, "sts"),
        allowed_accounts=_accounts(
            "allowedAccountIds", model.allowed_account_ids, aws.allowed_account_ids
        ),
        forbidden_accounts=_accounts(
            "forbiddenAccountIds", model.forbidden_account_ids, aws.forbidden_account_ids
        ),
        instance_credentials=not aws.skip_metadata_api_check,
    )


def _accounts(key: str, ours: list[str] | None, aws: list[str] | None) -> Accounts | None:
    for namespace, ids in ((NAMESPACE, ours), ("aws", aws)):
        if ids is not None:
            return Accounts(tuple(ids), f"{namespace}:{key}") if ids else None
    return None


def _endpoint(aws: AwsConfig, service: str) -> str | None:
    found = (getattr(each, service) for each in aws.endpoints or ())
    return next((url for url in found if url), None)


def role(model: AssumeRoleConfig) -> AssumeRole:
    """Return the role that a valid config names."""
    return AssumeRole(
        role_arn=model.role_arn,
        duration=round(parse_duration(model.duration)) if model.duration else None,
        external_id=model.external_id,
        policy=model.policy,
        policy_arns=tuple(model.policy_arns or ()),
        session_name=model.session_name or None,
        source_identity=model.source_identity,
        tags=tuple((model.tags or {}).items()),
        transitive_tag_keys=tuple(model.transitive_tag_keys or ()),
    )
