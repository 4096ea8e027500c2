"""What the values of the config must be, shape by shape, and what JSON Schema says of them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic_core import SchemaValidator, ValidationError

from pulumi_amplify_jobs.config.shapes import (
    ANY_TEXT,
    DURATION,
    KEY_PART,
    NAME,
    OPERATION,
    STATUS,
    UnfitError,
    refusing,
    text,
    text_schema,
    whole_number,
)
from pulumi_amplify_jobs.domain.jobs import OPERATIONS, STATUSES

TEXT = {
    "type": "string",
    "minLength": 1,
    "maxLength": 256,
    "errorMessage": "This takes text: put a number in quotes.",
}


def problem(shape: Any, value: object) -> tuple[str, str]:
    with pytest.raises(ValidationError) as caught:
        SchemaValidator(shape).validate_python(value)
    [error] = caught.value.errors()
    return error["type"], error["msg"]


@pytest.mark.parametrize(
    ("shape", "schema"),
    [
        (KEY_PART, TEXT),
        (NAME, TEXT),
        (OPERATION, {**TEXT, "examples": list(OPERATIONS)}),
        (STATUS, {**TEXT, "examples": list(STATUSES)}),
        (ANY_TEXT, None),
        (
            DURATION,
            {
                "type": "string",
                "pattern": r"^(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?"
                r"(?:(\d{1,6})s)?$",
                "patternErrorMessage": "Write 90s, 30m, 1h30m, 2d or 1w.",
            },
        ),
    ],
)
def test_what_json_schema_says(shape: Any, schema: object) -> None:
    assert shape.get("metadata") == schema


@pytest.mark.parametrize("shape", [KEY_PART, NAME, OPERATION, STATUS])
def test_names_are_text_without_controls_that_is_no_date(shape: Any) -> None:
    assert SchemaValidator(shape).validate_python("PAUSED") == "PAUSED"
    assert problem(shape, 3)[0] == "string_type"
    assert problem(shape, "") == ("value_error", "Value error, is empty: write a value")
    assert problem(shape, "a\x1b")[1].endswith("has control characters: remove them")


@pytest.mark.parametrize("shape", [KEY_PART, NAME])
def test_a_date_that_the_engine_read_is_told_by_its_own_kind(shape: Any) -> None:
    assert problem(shape, "2024-01-01 00:00:00 +0000 UTC") == ("date_text", "is a date")
    assert SchemaValidator(shape).validate_python("2024-01-01") == "2024-01-01"


def test_two_dots_are_no_part_of_a_key_and_a_name_all_the_same() -> None:
    assert problem(KEY_PART, "..")[1].startswith("Value error, is .., which can't be used")
    assert SchemaValidator(NAME).validate_python("..") == ".."


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (5, "Value error, 5 has no unit: write 5s or 5m"),
        (1.5, "Value error, 1.5 is not a duration: write 90s, 30m, 1h30m, 2d or 1w"),
        (True, "Input should be a valid string"),
        ("5", "Value error, '5' is not a duration: write 90s, 30m, 1h30m, 2d or 1w"),
    ],
)
def test_what_is_no_duration(value: object, said: str) -> None:
    assert problem(DURATION, value)[1] == said
    assert SchemaValidator(DURATION).validate_python("1h30m") == "1h30m"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("3", 3),
        ("123456789", 123456789),
        ("1234567890", "1234567890"),
        ("3.0", "3.0"),
        ("", ""),
        (3, 3),
        (None, None),
        (["3"], ["3"]),
    ],
)
def test_a_whole_number_may_be_text(value: object, number: object) -> None:
    assert whole_number(value) == number
    assert type(whole_number(value)) is type(number)


def test_text_has_to_pass_every_check() -> None:
    seen: list[str] = []
    shape = text(seen.append, refusing(lambda value: "is odd" if value == "x" else None))
    assert SchemaValidator(shape).validate_python("y") == "y"
    assert problem(shape, "x") == ("value_error", "Value error, is odd")
    assert seen == ["y", "x"]
    with pytest.raises(UnfitError, match=r"^is odd$"):
        refusing(lambda _: "is odd")("x")


def test_a_pattern_and_what_an_editor_says_otherwise() -> None:
    assert text_schema("^a$", "Write a.") == {
        "type": "string",
        "pattern": "^a$",
        "patternErrorMessage": "Write a.",
    }
