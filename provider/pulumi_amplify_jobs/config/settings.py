"""The provider's settings from config: `amplify-jobs:` keys, then aws:region and aws:profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..durations import parse_duration
from ..settings import AssumeRole, Settings
from .models import AssumeRoleConfig, SettingsConfig

SETTING_KEYS = tuple(info.alias or name for name, info in SettingsConfig.model_fields.items())


def settings_from(model: SettingsConfig, aws: Mapping[str, Any]) -> Settings:
    """Return the settings; `aws` holds `region` and `profile` of the AWS provider's namespace.

    What is None there, is found by the client in the environment and the AWS profile.
    """
    return Settings(
        region=model.region or _text(aws.get("region")),
        profile=model.profile or _text(aws.get("profile")),
        assume_roles=tuple(_role(role) for role in model.assume_roles or ()),
        max_retries=model.max_retries,
        retry_mode=model.retry_mode or "standard",
        endpoint=model.endpoint,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _role(model: AssumeRoleConfig) -> AssumeRole:
    return AssumeRole(
        role_arn=model.role_arn,
        duration=round(parse_duration(model.duration)) if model.duration else None,
        external_id=model.external_id,
        policy=model.policy,
        policy_arns=tuple(model.policy_arns or ()),
        session_name=model.session_name or "pulumi-amplify-jobs",
        source_identity=model.source_identity,
        tags=tuple((model.tags or {}).items()),
        transitive_tag_keys=tuple(model.transitive_tag_keys or ()),
    )
