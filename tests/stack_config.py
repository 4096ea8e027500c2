"""The config of a stack whose jobs live in an emulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.samples import APP, ENVIRONMENT


def stack_config(endpoint: str, jobs: Mapping[str, Any], /, **settings: Any) -> dict[str, Any]:
    """Return what stands below `config:`; `settings` are further keys of our namespace.

    They may name another endpoint. A setting that is None is left out.
    """
    config: dict[str, Any] = {
        "aws:region": "eu-west-1",
        "amplify-jobs:endpoint": endpoint,
        "amplify-jobs:defaults": {"appId": APP, "backendEnvironmentName": ENVIRONMENT},
        "amplify-jobs:jobs": dict(jobs),
        **{f"amplify-jobs:{name}": value for name, value in settings.items()},
    }
    return {name: value for name, value in config.items() if value is not None}
