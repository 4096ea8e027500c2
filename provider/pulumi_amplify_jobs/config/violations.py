"""What pydantic-core finds wrong with a value, in words: what it is, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails, ValidationError

from ..errors import one_line
from .diagnostics import Origin, in_a_list, nearest, suggestion
from .document import KeyPath
from .mappings import ConfigModel, keys_of, model_in
from .scalars import DATE_TEXT
from .shapes import UnfitError

MISSING = "missing"
UNKNOWN_KEY = "unexpected_keyword_argument"

KINDS = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a mapping",
}

EXAMPLES = {
    "assumeRoles": "assumeRoles: [{ roleArn: ARN }]",
    "jobs": "a name for each job and its keys below it",
    "wait": "wait: { timeout: 30m }",
    "when": "when: { status: RUNNING }",
}


@dataclass(frozen=True)
class Violation:
    """What a validation found at a path below the origin's root."""

    path: KeyPath
    message: str
    kind: str
    """pydantic-core's word for it, such as MISSING."""


def explain(
    error: ValidationError, model: type[ConfigModel], value: Any, origin: Origin
) -> list[Violation]:
    """Return what a validation found; a key that a misspelt one was meant to be isn't missing."""
    found = [
        Violation(each["loc"], _message(each, model, value, origin), each["type"])
        for each in error.errors(include_url=False, include_input=False)
    ]
    unknown = (each.path for each in found if each.kind == UNKNOWN_KEY)
    meant = {(*path[:-1], nearest(str(path[-1]), _keys(model, path))) for path in unknown}
    return [each for each in found if each.kind != MISSING or each.path not in meant]


def _message(details: ErrorDetails, model: type[ConfigModel], value: Any, origin: Origin) -> str:
    path, kind = details["loc"], details["type"]
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)[1:]
    given = _at(value, path)
    written = origin.spelling(path, given)
    subject = " ".join(part for part in (name, written) if part)
    if kind == MISSING:
        return f"{name} is missing"
    if kind == UNKNOWN_KEY:
        return _unknown(name, _keys(model, path), str(path[-1]), origin, around=len(path) > 1)
    if kind == "date_text":
        return _date(name, written)
    if kind == "string_type":
        return _no_text(name, "" if origin.secret else written, given)
    if kind in ("dataclass_type", "dict_type"):
        example = EXAMPLES.get(name, "its keys below it, or { key: value }")
        return f"{subject} is not a mapping: write {example}"
    if kind == "list_type":
        return f"{subject} is not a list: write {EXAMPLES.get(name) or in_a_list(written, given)}"
    if kind == "literal_error":
        words = details["ctx"]["expected"].replace("'", "")
        return f"{subject} is unknown: write {words}"
    if kind in ("int_type", "greater_than_equal"):
        return f"{subject} is not a whole number of 0 or more: write one such as 5"
    if kind == "bool_type":
        return f"{subject} is neither true nor false: write one of these"
    if kind == "less_than_equal":
        return f"{subject}: the maximum is {details['ctx']['le']}"
    if kind == "string_unicode":  # half of a surrogate pair, which JSON can hold
        return f"{name} has control characters: remove them".lstrip()
    reason = details["ctx"]["error"]
    if isinstance(reason, UnfitError):
        return f"{name} {reason}"
    return f"{name} is not a valid value" if origin.secret else f"{name}: {reason}"


def _unknown(name: str, known: list[str], key: str, origin: Origin, *, around: bool) -> str:
    if origin.secret and around:
        return (
            f"unknown key below {name.removesuffix(f'.{key}')}: expected one of {', '.join(known)}"
        )
    return f"unknown key {one_line(name, 80)}: {suggestion(key, known)}"


def _no_text(name: str, written: str, given: Any) -> str:
    kind = "empty" if given is None else KINDS.get(type(given), "not text")
    if isinstance(given, list | dict):
        return f"{name} is {kind}: it must be text"
    if not written:
        return f"{name} is {kind}: it must be text, in quotes"
    return f'{name} {written} is {kind}: quote it, "{written}"'


def _date(name: str, written: str) -> str:
    if DATE_TEXT.fullmatch(written) or written == "(secret)":
        return f"{name} is a date, as Pulumi reads it without quotes: quote it"
    return f'{name} {written} is a date: quote it, "{written}"'


def _at(value: Any, path: Sequence[str | int]) -> Any:
    """Return what stands at a path of a value, or None where nothing does."""
    for part in path:
        if isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return value


def _keys(model: type[ConfigModel], path: Sequence[str | int]) -> list[str]:
    """Return the keys that the mapping around the last part of `path` knows."""
    for part in path[:-1]:
        for key in model.keys.values():
            if part == key.name:
                model = model_in(key.shape) or model
    return list(keys_of(model))
