"""Durations as people write them, in the spelling of the stack config: 90s, 30m, 1h30m, 2d."""

import re
from typing import Annotated

from pydantic import AfterValidator

_PATTERN = re.compile(
    r"(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?(?:(\d{1,6})ms)?"
)
_UNITS = (604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1)
"""Milliseconds of each group of the pattern."""


def seconds_of(text: str) -> float:
    """Return the seconds of a duration such as 2d, 40h, 1h30m or 500ms. Raises ValueError."""
    match = _PATTERN.fullmatch(text)
    counts = match.groups() if match else ()
    total = sum(int(count or 0) * unit for count, unit in zip(counts, _UNITS, strict=False))
    if total == 0:
        raise ValueError(f"{text!r} is not a duration: write 2d, 40h, 1h30m, 90s or 500ms")
    return total / 1000


def _checked(text: str) -> str:
    seconds_of(text)
    return text


Duration = Annotated[str, AfterValidator(_checked)]
"""A duration that is kept as it was written; `seconds_of` reads it."""
