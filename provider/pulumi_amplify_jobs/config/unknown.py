"""Arguments that are known only in an update: they stay as they are, the rest is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_wrap_validator_function


class Unknown:
    """The one value of its kind, in place of one that is not known yet."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


def maybe_unknown(shape: CoreSchema) -> CoreSchema:
    """Return the schema of a value that may also be UNKNOWN."""
    return no_info_wrap_validator_function(_unless_unknown, shape)


def _unless_unknown(value: Any, validate: Callable[[Any], Any]) -> Any:
    return value if value is UNKNOWN else validate(value)
