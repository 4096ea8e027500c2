"""The readers, each a module."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from ..target import Target

NAMES = ("config", "answers", "report", "comment")


def load(name: str) -> Target:
    """Return a target by its name. It is imported only now: a fuzzer watches how."""
    target: Target = import_module(f"{__name__}.{name}").TARGET
    return target


def every() -> Mapping[str, Target]:
    """Return all targets by their names."""
    return {name: load(name) for name in NAMES}
