"""What the values of the config must be: schemas for pydantic-core, which checks them.

Every process that Pulumi starts reads the config, and so does every command. pydantic itself, which
makes such schemas from annotations, would take a third of the time in which botocore is loaded.

A schema's `metadata` is what JSON Schema can say of the value, where that does not follow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core import core_schema as core

from ..domain.jobs import OPERATIONS, STATUSES
from ..domain.keys import MAX_TEXT_LENGTH, key_part_problem, text_problem, wanted_problem
from ..domain.times import EXAMPLES, PATTERN, parse_duration
from .scalars import DATE_TEXT
from .unknown import maybe_unknown

JsonSchema = dict[str, Any]
"""A JSON Schema, or keywords of one."""

TEXT_SCHEMA: JsonSchema = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_TEXT_LENGTH,
    "errorMessage": "This takes text: put a number in quotes.",
}
"""What JSON Schema can say of a name or value; yaml-language-server shows `errorMessage`."""


class UnfitError(ValueError):
    """A value is unfit for its key; the text goes behind the key's name, and repeats no value."""


def text(
    *checks: Callable[[str], object], schema: JsonSchema | None = None
) -> core.AfterValidatorFunctionSchema:
    """Return the schema of text that passes every check; each raises ValueError for other text."""

    def checked(value: str) -> str:
        for check in checks:
            check(value)
        return value

    return core.no_info_after_validator_function(checked, core.str_schema(), metadata=schema)


def refusing(problem_of: Callable[[str], str | None]) -> Callable[[str], None]:
    """Return what refuses text of which the function says what is wrong."""

    def check(value: str) -> None:
        problem = problem_of(value)
        if problem:
            raise UnfitError(problem)

    return check


def filled(shape: CoreSchema, cure: str, schema: JsonSchema | None = None) -> CoreSchema:
    """Return the shape of a list or mapping with something in it; `cure` says what to write.

    An empty one would ask for nothing, and so stand for everything.
    """

    def check(value: Any) -> Any:
        if not value:
            raise UnfitError(f"is empty: {cure}")
        return value

    return core.no_info_after_validator_function(check, shape, metadata=schema)


def some_tags(cure: str) -> CoreSchema:
    """Return the shape of tags by which something is selected, as `filled` has it."""
    return filled(core.dict_schema(values_schema=maybe_unknown(ANY_TEXT)), cure, TAGS_SCHEMA)


def text_schema(pattern: str, otherwise: str) -> JsonSchema:
    """Return the schema of text; yaml-language-server shows `otherwise` where it does not match."""
    return {"type": "string", "pattern": pattern, "patternErrorMessage": otherwise}


def whole_number(value: Any) -> Any:
    """Stack config reaches a program as text, a number too."""
    short = isinstance(value, str) and len(value) < 10
    return int(value) if short and value.isdecimal() else value


def _no_date(value: str) -> None:
    if DATE_TEXT.fullmatch(value):
        raise PydanticCustomError("date_text", "is a date")


def _no_bare_number(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            parse_duration(f"{value}s")
        except ValueError:
            raise ValueError(f"{value} is not a duration: write {EXAMPLES}") from None
        raise ValueError(f"{value} has no unit: write {value}s or {value}m")
    return value


def _name(
    *known: str, problem: Callable[[str], str | None] = text_problem
) -> core.AfterValidatorFunctionSchema:
    """Return the schema of any name or value; editors complete the known ones."""
    examples = {"examples": list(known)} if known else {}
    return text(refusing(problem), _no_date, schema={**TEXT_SCHEMA, **examples})


ANY_TEXT = core.str_schema()
TAGS_SCHEMA: JsonSchema = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "minProperties": 1,
}
KEY_PART = text(refusing(key_part_problem), _no_date, schema=TEXT_SCHEMA)
NAME = _name()
OPERATION = _name(*OPERATIONS)
STATUS = _name(*STATUSES)
WANTED_OPERATION = _name(*OPERATIONS, problem=wanted_problem)
WANTED_STATUS = _name(*STATUSES, problem=wanted_problem)
DURATION = core.no_info_before_validator_function(
    _no_bare_number,
    text(parse_duration),
    metadata=text_schema(f"^{PATTERN.pattern}$", f"Write {EXAMPLES}."),
)
