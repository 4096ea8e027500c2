"""What pydantic does not know: durations, and messages of one line for what it finds wrong."""

import datetime
import difflib
import re
from collections.abc import Iterable
from typing import Annotated, get_args

from pydantic import AfterValidator, BaseModel, ValidationError
from pydantic_core import ErrorDetails

_UNITS = {"w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
"""Milliseconds."""
_DURATION = re.compile("".join(rf"(?:(\d{{1,6}}){unit})?" for unit in _UNITS))


def seconds_of(duration: str) -> float:
    """Return the seconds of a duration such as 2d, 40h, 1h30m or 500ms. Raises ValueError."""
    match = _DURATION.fullmatch(duration)
    counts = match.groups("0") if match else ()
    total = sum(int(count) * size for count, size in zip(counts, _UNITS.values(), strict=False))
    if total == 0:
        raise ValueError(f"{duration!r} is not a duration: write 2d, 40h, 1h30m, 90s or 500ms")
    return total / 1000


def _checked(duration: str) -> str:
    seconds_of(duration)
    return duration


Duration = Annotated[str, AfterValidator(_checked)]
"""A duration that is kept as it was written; `seconds_of` reads it."""

_SHOWN = 60
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    # bool before int: True is an int too.
    (bool, "a boolean"),
    ((int, float), "a number"),
    (datetime.date, "a date"),
    (bytes, "binary"),
    (str, "text"),
    (list, "a list"),
    (dict, "a mapping"),
)
_CONTAINERS = {"model_type": "a mapping", "dict_type": "a mapping", "tuple_type": "a list"}
_EXPECTED = {
    "float_type": "a number is expected",
    "finite_number": "a number is expected",
    "int_type": "a whole number is expected",
    "int_from_float": "a whole number is expected",
    "less_than_equal": "the maximum is {le:g}",
    "greater_than_equal": "the minimum is {ge:g}",
}
_QUOTABLE = ("a boolean", "a number", "a date")


def kind_of(value: object) -> str:
    """Return what a YAML or JSON value is, with its article: ``a number``, ``a list``."""
    return next((word for types, word in _KINDS if isinstance(value, types)), "null")


def suggest(name: str, known: Iterable[str]) -> str:
    """Return the one of the known names that was probably meant, or all of them, as advice."""
    by_lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    if near:
        return f"did you mean {by_lower[near[0]]}?"
    return f"expected one of {', '.join(by_lower.values())}"


def first_problem(error: ValidationError, model: type[BaseModel]) -> tuple[str, str]:
    """Return the first thing wrong, in one line: the field at the top, or "", and what it is.

    An unknown field goes first: it mostly is the misspelling of one that is missing.
    """
    problems = sorted(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    problem = problems[0]
    path = [str(part) for part in problem["loc"]]
    return path[0] if path else "", _describe(problem, path, model)


def _describe(problem: ErrorDetails, path: list[str], model: type[BaseModel]) -> str:
    field = ".".join(path)
    value = problem["input"]
    if problem["type"] == "extra_forbidden":
        return f"unknown field {_shown(field)}: {suggest(path[-1], _names(model, path[:-1]))}"
    if problem["type"] == "missing":
        return f"{field} is missing"
    if problem["type"] == "string_too_short":
        return f"{field} is empty"
    if problem["type"] == "string_type":
        return _not_text(field, value)
    if problem["type"] in _CONTAINERS:
        return f"{field} is {kind_of(value)}: {_CONTAINERS[problem['type']]} is expected"
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    advice = _EXPECTED.get(problem["type"], "is not a valid value").format(**problem.get("ctx", {}))
    shown = f"{value:g}" if isinstance(value, float) else _shown(value)
    return f"{field} {shown}: {advice}" if field else f"{kind_of(value)}: {advice}"


def _names(model: type[BaseModel], path: list[str]) -> list[str]:
    """Return the names of a model's fields, or of those of a model in it."""
    for part in path:
        annotation = model.model_fields[part].annotation
        inner = [each for each in get_args(annotation) if isinstance(each, type)]
        model = next(each for each in inner if issubclass(each, BaseModel))
    return [field.alias or name for name, field in model.model_fields.items()]


def _not_text(field: str, value: object) -> str:
    kind = kind_of(value)
    if kind in _QUOTABLE:
        return f"{field} {_shown(value)} is {kind}: quote it"
    return f"{field} is {kind}: text is expected"


def _shown(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else ascii(value).strip("'")
    if isinstance(value, datetime.date):
        text = value.isoformat()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
