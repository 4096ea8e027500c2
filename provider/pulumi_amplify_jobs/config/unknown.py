"""Arguments that are known only in an update: they stay as they are, the rest is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Unknown:
    """The one value of its kind, in place of one that is not known yet."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


def unless_unknown(value: Any, validate: Callable[[Any], Any]) -> Any:
    """Validate a value, unless it is unknown."""
    return value if value is UNKNOWN else validate(value)
