"""Durations as people write them: 90s, 30m, 1h30m, 2d, 1w."""

from __future__ import annotations

import re

PATTERN = re.compile(r"(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")
"""What a duration looks like; one that is all zeros is none."""

UNITS = (604800, 86400, 3600, 60, 1)
"""Seconds of each group of the pattern."""

EXAMPLES = "90s, 30m, 1h30m, 2d or 1w"


def parse_duration(text: str) -> float:
    """Return the seconds of a duration such as 90s, 30m, 1h30m, 2d or 1w. Raises ValueError."""
    match = PATTERN.fullmatch(text) if text.isascii() else None
    counts = match.groups() if match else ()
    total = sum(int(count or 0) * unit for count, unit in zip(counts, UNITS, strict=False))
    if total == 0:
        raise ValueError(f"{text!r} is not a duration: write {EXAMPLES}")
    return float(total)
