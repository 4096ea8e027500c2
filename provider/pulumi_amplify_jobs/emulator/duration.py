"""Durations as people write them, in the spelling of the stack config: 90s, 30m, 1h30m."""

import re
from typing import Annotated

from pydantic import AfterValidator

_PATTERN = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?(?:(\d{1,6})ms)?")


def seconds_of(text: str) -> float:
    """Return the seconds of a duration such as 40h, 1h30m, 90s or 500ms. Raises ValueError."""
    match = _PATTERN.fullmatch(text)
    parts = [int(part or 0) for part in match.groups()] if match else [0, 0, 0, 0]
    hours, minutes, seconds, milliseconds = parts
    total = hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
    if total == 0:
        raise ValueError(f"{text!r} is no duration: write 40h, 1h30m, 90s or 500ms")
    return total


def _checked(text: str) -> str:
    seconds_of(text)
    return text


Duration = Annotated[str, AfterValidator(_checked)]
"""A duration that is kept as it was written; `seconds_of` reads it."""
