"""Provider settings given on a command line: they come before those of any file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..settings import Settings
from .document import Document
from .loader import validated
from .models import SettingsConfig
from .problems import Origin, Problems


def overridden(settings: Settings, given: Mapping[str, str | None]) -> Settings:
    """Return the settings with those that are given, by option (`--region`), in their place.

    Raises ConfigError with every problem at once.
    """
    problems = Problems()
    good: dict[str, Any] = {}
    for option, value in given.items():
        key = option.removeprefix("--")
        if value is not None and validated(
            SettingsConfig, {key: value}, Origin(Document(option)), problems
        ):
            good[key] = value
    problems.raise_errors()
    good.update({f"{key}_source": f"--{key}" for key in tuple(good)})
    return replace(settings, **good)
